// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/background.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace platen::net {

namespace {

class BackgroundThread final : public Background {
  public:
    explicit BackgroundThread(Loop& loop) : loop_(loop) {}
    BackgroundThread(const BackgroundThread&) = delete;
    BackgroundThread& operator=(const BackgroundThread&) = delete;
    ~BackgroundThread() override {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
            jobs_.clear();
        }
        wake_.notify_one();
        if (thread_.joinable()) {
            thread_.join();
        }
    }

    void run(UniqueFunction<void()> work, UniqueFunction<void()> done) override {
        if (!thread_.joinable()) {
            try {
                thread_ = std::thread([this] { serve(); });
            } catch (const std::system_error&) {
                loop_.post([work = std::move(work), done = std::move(done)]() mutable {
                    work();
                    done();
                });
                return;
            }
        }
        {
            const std::lock_guard lock(mutex_);
            jobs_.push_back({std::move(work), std::move(done)});
        }
        wake_.notify_one();
    }

  private:
    struct Job {
        UniqueFunction<void()> work, done;
    };

    void serve() {
        std::unique_lock lock(mutex_);
        while (true) {
            wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
            if (stopping_) {
                return;
            }
            auto job = std::move(jobs_.front());
            jobs_.pop_front();
            lock.unlock();
            job.work();
            // Callbacks look by themselves whether whom they belong to is still there.
            loop_.post(std::move(job.done));
            lock.lock();
        }
    }

    Loop& loop_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job> jobs_;   // under mutex_
    bool stopping_ = false;  // under mutex_
    std::thread thread_;
};

}  // namespace

std::unique_ptr<Background> makeBackgroundThread(Loop& loop) {
    return std::make_unique<BackgroundThread>(loop);
}

}  // namespace platen::net
