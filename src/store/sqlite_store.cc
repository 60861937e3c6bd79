#include "store/sqlite_store.h"

#include <fcntl.h>
#include <sqlite3.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "base/fd.h"

namespace doorward::store {

namespace {

constexpr int kFormat = 1;  // PRAGMA user_version

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

Error failed(sqlite3* database, std::string code) {
  return Error{std::move(code), Fault::self, true,
               std::string("the state can't be kept: ") + sqlite3_errmsg(database)};
}

// One query; remembers its first failure.
class Query {
 public:
  Query(sqlite3* database, const char* text, bool& failed) : failed_(failed) {
    sqlite3_stmt* made = nullptr;
    if (sqlite3_prepare_v2(database, text, -1, &made, nullptr) != SQLITE_OK) failed_ = true;
    statement_.reset(made);
  }
  Query& bind(int at, std::string_view text) {
    if (statement_ &&
        sqlite3_bind_blob64(statement_.get(), at, text.data() != nullptr ? text.data() : "",
                            text.size(), SQLITE_TRANSIENT) != SQLITE_OK)
      failed_ = true;
    return *this;
  }
  // True while there is a row.
  bool step() {
    if (!statement_ || failed_) return false;
    const int result = sqlite3_step(statement_.get());
    if (result != SQLITE_ROW && result != SQLITE_DONE) failed_ = true;
    return result == SQLITE_ROW;
  }
  [[nodiscard]] std::string column(int at) const {
    const void* const data = sqlite3_column_blob(statement_.get(), at);
    const int size = sqlite3_column_bytes(statement_.get(), at);
    return data == nullptr ? std::string()
                           : std::string(static_cast<const char*>(data), static_cast<size_t>(size));
  }

 private:
  Statement statement_;
  bool& failed_;
};

class Transaction : public core::Records {
 public:
  explicit Transaction(sqlite3* database) : database_(database) {}

  std::optional<std::string> get(std::string_view kind, std::string_view key) override {
    Query query(database_, "SELECT value FROM records WHERE kind = ?1 AND key = ?2", failed_);
    if (!query.bind(1, kind).bind(2, key).step()) return std::nullopt;
    return query.column(0);
  }
  void put(std::string_view kind, std::string_view key, std::string_view value) override {
    Query query(database_, "INSERT OR REPLACE INTO records (kind, key, value) VALUES (?1, ?2, ?3)",
                failed_);
    query.bind(1, kind).bind(2, key).bind(3, value).step();
  }
  void erase(std::string_view kind, std::string_view key) override {
    Query query(database_, "DELETE FROM records WHERE kind = ?1 AND key = ?2", failed_);
    query.bind(1, kind).bind(2, key).step();
  }
  std::vector<std::pair<std::string, std::string>> all(std::string_view kind) override {
    std::vector<std::pair<std::string, std::string>> rows;
    Query query(database_, "SELECT key, value FROM records WHERE kind = ?1 ORDER BY key", failed_);
    for (query.bind(1, kind); query.step();) rows.emplace_back(query.column(0), query.column(1));
    return rows;
  }
  [[nodiscard]] bool has_failed() const { return failed_; }

 private:
  sqlite3* const database_;
  bool failed_ = false;
};

class SqliteStore : public core::Store {
 public:
  explicit SqliteStore(Database database)
      : database_(std::move(database)), thread_([this] { serve(); }) {}
  ~SqliteStore() override { stop(); }

  void transact(Work work, Done done) override {
    {
      std::lock_guard hold(mutex_);
      if (!stopping_) {
        queue_.push_back({std::move(work), std::move(done)});
        wake_.notify_one();
        return;
      }
    }
    done(failure("store.failed", Fault::self, "the state is closed"));
  }

  void stop() override {
    {
      std::lock_guard hold(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

 private:
  struct Job {
    Work work;
    Done done;
  };

  void serve() {
    for (;;) {
      Job job;
      {
        std::unique_lock hold(mutex_);
        wake_.wait(hold, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
        job = std::move(queue_.front());
        queue_.pop_front();
      }
      job.done(one(job.work));
    }
  }

  Expected<void> one(const Work& work) {
    if (!execute("BEGIN IMMEDIATE"))
      return std::unexpected(failed(database_.get(), "store.failed"));
    Transaction records(database_.get());
    Expected<void> ended = work(records);
    if (ended && records.has_failed())
      ended = std::unexpected(failed(database_.get(), "store.failed"));
    if (ended && !execute("COMMIT"))
      ended = std::unexpected(failed(database_.get(), "store.failed"));
    if (!ended) execute("ROLLBACK");
    return ended;
  }

  bool execute(const char* text) {
    return sqlite3_exec(database_.get(), text, nullptr, nullptr, nullptr) == SQLITE_OK;
  }

  const Database database_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace

Expected<std::shared_ptr<core::Store>> open_sqlite(const std::string& path) {
  if (path != ":memory:") {
    // Made here, so that nobody else can ever read it.
    const Fd made(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!made) return failure("store.open", Fault::self, "`" + path + "` can't be opened");
  }
  sqlite3* opened = nullptr;
  const int result = sqlite3_open_v2(
      path.c_str(), &opened,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE,
      nullptr);
  Database database(opened);
  if (result != SQLITE_OK) return std::unexpected(failed(opened, "store.open").within(path));
  sqlite3_busy_timeout(opened, 5000);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  const std::string setup =
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;"
      "BEGIN IMMEDIATE;"
      "CREATE TABLE IF NOT EXISTS records (kind BLOB NOT NULL, key BLOB NOT NULL, "
      "value BLOB NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID; COMMIT;";
  bool broken = false;
  int format = 0;
  if (Query query(opened, "PRAGMA user_version", broken); query.step())
    format = std::atoi(query.column(0).c_str());
  // A disk that is full, a folder that can't be written: what is there is no fault of the file.
  if (const int code = sqlite3_errcode(opened) & 0xff;
      broken && code != SQLITE_NOTADB && code != SQLITE_CORRUPT && code != SQLITE_OK)
    return std::unexpected(failed(opened, "store.open").within(path));
  if (broken || (format != 0 && format != kFormat))
    return failure("store.open", Fault::self,
                   "`" + path + "` is no state of this version of Doorward; move it away");
  if (sqlite3_exec(opened, setup.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK ||
      sqlite3_exec(opened, "PRAGMA user_version = 1", nullptr, nullptr, nullptr) != SQLITE_OK)
    return std::unexpected(failed(opened, "store.open").within(path));
  return std::make_shared<SqliteStore>(std::move(database));
}

}  // namespace doorward::store
