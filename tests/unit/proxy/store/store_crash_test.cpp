// SPDX-License-Identifier: Apache-2.0
// C-BS-01: what was acknowledged is there after kill -9 at any moment, and batches are whole.
#include "base/text.hpp"
#include "tests/unit/proxy/store/store_fixture.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <random>
#include <string>

namespace platen::store::test {
namespace {

constexpr int kRounds = 100;
constexpr unsigned kMaxAcknowledgements = 40;

/// The committing program with the reading end of its acknowledgements.
class Child {
  public:
    Child(const std::filesystem::path& file, std::uint64_t first) {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            return;
        }
        read_ = ends[0];
        std::string program = std::string(PLATEN_BIN) + "/store_crash_child";
        std::string name = file.string();
        std::string number = std::to_string(first);
        const std::array<char*, 4> arguments{program.data(), name.data(), number.data(), nullptr};
        posix_spawn_file_actions_t actions{};
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        started_ = ::posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments.data(),
                                 environ) == 0;
        posix_spawn_file_actions_destroy(&actions);
        ::close(ends[1]);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (started_) {
            kill();
        }
        ::close(read_);
    }
    [[nodiscard]] bool started() const { return started_; }
    /// The next acknowledged number; false when the child is gone.
    [[nodiscard]] bool next(std::uint64_t& number) const {
        return ::read(read_, &number, sizeof number) == static_cast<ssize_t>(sizeof number);
    }
    void kill() {
        ::kill(pid_, SIGKILL);
        int status = 0;
        ::waitpid(pid_, &status, 0);
        started_ = false;
    }

  private:
    int read_ = -1;
    pid_t pid_ = -1;
    bool started_ = false;
};

/// Checks that batches 1 … n are there, each whole, with n at least `acknowledged`; gives n.
std::uint64_t checkFile(const std::filesystem::path& file, std::uint64_t acknowledged) {
    platen::test::PostLoop loop;
    auto store = openSqlite(file, loop);
    EXPECT_TRUE(store) << store.error().text;
    const auto snapshot = store ? (*store)->load() : Result<Snapshot>(Snapshot{});
    if (!snapshot) {
        ADD_FAILURE() << snapshot.error().text;
        return 0;
    }
    const auto count = snapshot->readings.size();
    EXPECT_GE(count, acknowledged);
    EXPECT_EQ(snapshot->values.size(), count);
    EXPECT_EQ(snapshot->facts.size(), count == 0 ? 0U : 1U);
    for (const auto& fact : snapshot->facts) {
        EXPECT_EQ(fact.text, std::to_string(count));
    }
    for (std::size_t i = 0; i < count && i < snapshot->values.size(); ++i) {
        EXPECT_EQ(snapshot->readings[i].name, "first." + snapshot->readings[i].text);
        EXPECT_EQ(snapshot->values[i].text, snapshot->readings[i].text);
        EXPECT_LE(text::toUnsigned(snapshot->readings[i].text).value_or(count + 1), count);
    }
    return count;
}

TEST(StoreCrash, NothingAcknowledgedIsLostAndNoBatchIsTorn) {
    const TemporaryFolder folder;
    const auto file = folder / "platen.db";
    std::mt19937 random(20310203);  // NOLINT(cert-msc51-cpp): the same moments in each run
    std::uniform_int_distribution<unsigned> acknowledgements(0, kMaxAcknowledgements);
    std::uint64_t stored = 0;
    for (int round = 0; round < kRounds && !HasFailure(); ++round) {
        Child child(file, stored + 1);
        ASSERT_TRUE(child.started());
        std::uint64_t acknowledged = stored;
        for (auto left = acknowledgements(random); left > 0; --left) {
            ASSERT_TRUE(child.next(acknowledged)) << "round " << round;
        }
        child.kill();
        // What came between the last look and the kill counts too.
        while (child.next(acknowledged)) {
        }
        stored = checkFile(file, acknowledged);
    }
    EXPECT_GT(stored, 500U);
}

}  // namespace
}  // namespace platen::store::test
