// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace platen::transfer::test {

/// The smallest FTP server on loopback that serves one file and takes uploads, in a thread of its
/// own, one client at a time: USER, PASS, EPSV, RETR, STOR.
class FtpDouble {
  public:
    /// `password`: of user `user`; empty: anonymous.
    FtpDouble(std::string content, std::string password);
    FtpDouble(const FtpDouble&) = delete;
    FtpDouble& operator=(const FtpDouble&) = delete;
    ~FtpDouble();

    [[nodiscard]] std::string url(const std::string& path) const {
        return "ftp://127.0.0.1:" + std::to_string(port_) + path;
    }
    [[nodiscard]] std::string uploaded() const {
        const std::lock_guard lock(mutex_);
        return uploaded_;
    }
    [[nodiscard]] std::vector<std::string> commands() const {
        const std::lock_guard lock(mutex_);
        return commands_;
    }

  private:
    void run();
    void serve(int client);
    [[nodiscard]] std::string answer(const std::string& command, int client);
    [[nodiscard]] std::string transfer(bool store, int client);

    std::string content_, password_, user_;
    int listener_ = -1;
    int data_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<bool> stop_ = false;
    mutable std::mutex mutex_;
    std::string uploaded_;
    std::vector<std::string> commands_;
    std::thread thread_;
};

}  // namespace platen::transfer::test
