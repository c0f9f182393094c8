// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"
#include "base/text.hpp"
#include "proxy/net/deadline_socket.hpp"
#include "proxy/net/http_server.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServerConnection.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/ThreadPool.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>

namespace platen::net {
namespace {

/// Longer request targets are answered 414. POCO's own limits: 16,384 characters, 100 header
/// fields, names of 256 and values of 8,192 characters; what breaks them is answered 400.
constexpr std::size_t kMaxTarget = 2048;
/// A body over the limit is read this far, so that the client sees the 413 and not a reset.
constexpr std::size_t kMaxDrained = 64U << 10U;
constexpr int kBacklog = 128;
/// Of one connection: without credentials, then with them.
constexpr int kMaxRequests = 2;
/// Between the two, in microseconds: meanwhile a thread waits.
constexpr Poco::Timespan::TimeDiff kMaxPause = 500'000;
/// How long an idle thread waits for a connection, in microseconds. POCO's stop() wakes the threads
/// that wait; one that is about to would sleep on for its whole idle time (10 s by default).
constexpr Poco::Timespan::TimeDiff kThreadIdle = 500'000;

using Handler = std::function<ServerReply(const ServerRequest&)>;

/// What connections need, as long as one of them lives.
struct Shared {
    Handler handler;
    std::size_t maxBodyBytes;
    Millis timeout;
    std::atomic<bool> stopping{false};
};

Endpoint endpointOf(const Poco::Net::SocketAddress& address) {
    auto host = address.host().toString();
    host.resize(std::min(host.find('%'), host.size()));  // Without the zone of fe80::1%eth0.
    const auto parsed = Address::parse(host);
    return Endpoint{.address = parsed ? *parsed : Address{}, .port = address.port()};
}

/// False if it is longer than `limit`; then what came is dropped up to kMaxDrained.
bool readBody(std::istream& stream, std::size_t limit, std::string& body) {
    std::array<char, 4096> chunk{};
    std::size_t total = 0;
    while (total <= std::max(limit, kMaxDrained)) {
        stream.read(chunk.data(), chunk.size());
        const auto got = static_cast<std::size_t>(stream.gcount());
        if (got == 0) {
            break;
        }
        total += got;
        if (total <= limit) {
            body.append(chunk.data(), got);
        }
    }
    return total <= limit;
}

ServerReply plain(int status) {
    return ServerReply{.status = status, .body = {}, .contentType = "text/plain", .headers = {}};
}

class RequestHandler final : public Poco::Net::HTTPRequestHandler {
  public:
    explicit RequestHandler(Shared& shared) : shared_(shared) {}

    void handleRequest(Poco::Net::HTTPServerRequest& request,
                       Poco::Net::HTTPServerResponse& response) override {
        const auto reply = replyTo(request);
        response.setStatus(std::to_string(reply.status));
        response.setReason(Poco::Net::HTTPResponse::getReasonForStatus(response.getStatus()));
        // The request that repeats an unauthenticated one may use its connection (C-CR-18).
        response.setKeepAlive(response.getKeepAlive() &&
                              reply.status == Poco::Net::HTTPResponse::HTTP_UNAUTHORIZED);
        for (const auto& [name, value] : reply.headers) {
            response.add(name, value);
        }
        if (reply.body.empty()) {
            if (reply.status != Poco::Net::HTTPResponse::HTTP_NO_CONTENT) {
                response.setContentLength(0);
            }
            response.send();
            return;
        }
        response.setContentType(reply.contentType);
        response.sendBuffer(reply.body.data(), reply.body.size());
    }

  private:
    ServerReply replyTo(Poco::Net::HTTPServerRequest& request) const {
        if (request.getURI().size() > kMaxTarget) {
            return plain(Poco::Net::HTTPResponse::HTTP_REQUEST_URI_TOO_LONG);
        }
        ServerRequest ours{.method = request.getMethod(),
                           .path = request.getURI(),
                           .authorization = request.get("Authorization", ""),
                           .body = {},
                           .peer = endpointOf(request.clientAddress())};
        if (!readBody(request.stream(), shared_.maxBodyBytes, ours.body)) {
            return plain(Poco::Net::HTTPResponse::HTTP_REQUEST_ENTITY_TOO_LARGE);
        }
        try {
            return shared_.handler(ours);
        } catch (const std::exception& error) {
            LOG_ERROR("http", "http.handler_failed", {"error", error.what()});
        } catch (...) {
            LOG_ERROR("http", "http.handler_failed", {"error", "unknown exception"});
        }
        return plain(Poco::Net::HTTPResponse::HTTP_INTERNAL_SERVER_ERROR);
    }

    Shared& shared_;
};

class HandlerFactory final : public Poco::Net::HTTPRequestHandlerFactory {
  public:
    explicit HandlerFactory(Shared& shared) : shared_(shared) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(
        const Poco::Net::HTTPServerRequest&) override {
        return new RequestHandler(shared_);  // POCO deletes it.
    }

  private:
    Shared& shared_;
};

/// Gives each connection a socket with a deadline for the whole of it.
class ConnectionFactory final : public Poco::Net::TCPServerConnectionFactory {
  public:
    ConnectionFactory(Shared& shared, Poco::Net::HTTPServerParams::Ptr parameters)
        : shared_(shared),
          parameters_(std::move(parameters)),
          handlers_(new HandlerFactory(shared)) {}

    Poco::Net::TCPServerConnection* createConnection(
        const Poco::Net::StreamSocket& socket) override {
        return new Poco::Net::HTTPServerConnection(
            withDeadline(socket, shared_.timeout, shared_.stopping), parameters_, handlers_);
    }

  private:
    Shared& shared_;
    Poco::Net::HTTPServerParams::Ptr parameters_;
    Poco::Net::HTTPRequestHandlerFactory::Ptr handlers_;
};

class PocoServer final : public HttpServer {
  public:
    PocoServer(const HttpServerOptions& options, const Endpoint& listen, Handler handler)
        : shared_{.handler = std::move(handler),
                  .maxBodyBytes = options.maxBodyBytes,
                  .timeout = options.timeout},
          pool_(1, static_cast<int>(std::max<std::size_t>(options.threads, 1))) {
        const Poco::Net::SocketAddress address(listen.address.toString(), listen.port);
        // Never SO_REUSEPORT (POCO's default): a second gateway must notice the first.
        if (listen.address.ipv6) {
            socket_.bind6(address, true, false, false);
        } else {
            socket_.bind(address, true, false);
        }
        socket_.listen(kBacklog);
        Poco::Net::HTTPServerParams::Ptr parameters(new Poco::Net::HTTPServerParams);
        parameters->setMaxThreads(static_cast<int>(std::max<std::size_t>(options.threads, 1)));
        parameters->setMaxQueued(static_cast<int>(options.maxQueued));
        parameters->setTimeout(Poco::Timespan(
            std::chrono::duration_cast<std::chrono::microseconds>(options.timeout).count()));
        parameters->setKeepAlive(true);
        parameters->setMaxKeepAliveRequests(kMaxRequests);
        parameters->setKeepAliveTimeout(kMaxPause);
        parameters->setThreadIdleTime(kThreadIdle);
        server_ = std::make_unique<Poco::Net::TCPServer>(new ConnectionFactory(shared_, parameters),
                                                         pool_, socket_, parameters);
        endpoint_ = endpointOf(socket_.address());
        server_->start();
    }
    PocoServer(const PocoServer&) = delete;
    PocoServer& operator=(const PocoServer&) = delete;
    ~PocoServer() override {
        shared_.stopping = true;  // Sockets give up within a poll's slice.
        try {
            server_->stop();
            pool_.joinAll();
        } catch (const Poco::Exception& error) {
            LOG_WARNING("http", "http.stop_failed", {"error", error.displayText()});
        }
        server_.reset();
    }
    [[nodiscard]] Endpoint localEndpoint() const override { return endpoint_; }

  private:
    Shared shared_;
    Poco::ThreadPool pool_;
    Poco::Net::ServerSocket socket_;
    std::unique_ptr<Poco::Net::TCPServer> server_;
    Endpoint endpoint_;
};

}  // namespace

Result<std::unique_ptr<HttpServer>> startPocoServer(
    const HttpServerOptions& options, std::function<ServerReply(const ServerRequest&)> handler) {
    const auto listen = Endpoint::parse(options.listen);
    if (!listen) {
        return fail(ErrorCode::Malformed, text::cat({"listen address: ", listen.error().text}));
    }
    try {
        return std::unique_ptr<HttpServer>(
            std::make_unique<PocoServer>(options, *listen, std::move(handler)));
    } catch (const Poco::Exception& error) {
        return fail(ErrorCode::Refused,
                    text::cat({"cannot listen on ", options.listen, ": ", error.displayText()}));
    }
}

}  // namespace platen::net
