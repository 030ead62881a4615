// Damaged databases: the walker over their pages, the search for erased values in their bytes, and
// the driver that asks SQLite for their rows.
#include <cstring>

#include "besa/base/error.hpp"
#include "besa/source/source.hpp"
#include "source/sqlite_pages.hpp"
#include "source/sqlite_residue.hpp"
#include "tests/fuzz/target.hpp"

namespace besa::fuzz {
namespace {

using namespace besa::source;

ByteInput input_of(std::string_view bytes) {
  return {bytes.size(), [bytes](std::uint64_t offset, std::span<char> out) {
            require(offset <= bytes.size() && out.size() <= bytes.size() - offset,
                    "reads only bytes that are there");
            std::memcpy(out.data(), bytes.data() + offset, out.size());
          }};
}

/// Touches every byte it is given and counts them.
struct Counting final : SqlitePages::Sink {
  bool wants_fields(std::string_view, bool) override { return true; }
  void record(const SqlitePages::Record& record) override {
    record_bytes += record.payload.size();
    std::uint64_t in_fields = 0;
    for (const SqlitePages::Field& field : record.fields) {
      in_fields += field.bytes.size();
      touch(field.bytes);
    }
    require(in_fields <= record.payload.size(), "fields lie in their record");
    touch(record.payload);
  }
  void unused(std::string_view bytes) override {
    unused_bytes += bytes.size();
    touch(bytes);
  }
  void touch(std::string_view bytes) {
    for (const char byte : bytes) sum += static_cast<std::uint8_t>(byte);
  }
  std::uint64_t record_bytes = 0, unused_bytes = 0, sum = 0;
};

}  // namespace

void sqlite_pages(std::string_view bytes) {
  SqlitePages pages(input_of(bytes));
  Counting counting;
  pages.walk(counting);
  if (!pages.readable())
    require(counting.unused_bytes == bytes.size(),
            "what is no database is unused to its last byte");
  // Else pages of cells that lie on one another would cost the square of their size.
  require(counting.record_bytes <= 3 * bytes.size(), "live bytes are told about once");
  require(counting.unused_bytes <= 3 * bytes.size(), "unused bytes are told about once");
}

void sqlite_residue(std::string_view bytes) {
  const auto path = file_of("damaged.db", bytes);
  SqliteResidue residue({"lost.member@example.test", "+383 44 123 456", "Rruga e Vjetër 17"});
  const Residue all = residue.look(path);
  // A file of one byte SQLite calls empty: in early days it made such files itself.
  require(bytes.size() <= 1 || all.bytes_read == bytes.size(), "every byte is looked at");
  const Residue first = residue.look(path, SqliteResidue::Until::residue_is_seen);
  require(first.is_in_unused_bytes() || !all.is_in_unused_bytes(),
          "what the whole look finds in unused bytes the short one does not miss");
  for (const Residue::Hit& hit : all.hits) require(hit.count > 0, "a hit counts something");
}

void sqlite_source(std::string_view bytes) {
  const auto path = file_of("opened.db", bytes);
  const auto source = open("sqlite:" + path.string(), path.parent_path());
  for (const TableSchema& table : source->schema().tables) {
    if (table.kind != TableKind::table) continue;
    Scan scan;
    scan.table = table.name;
    for (const ColumnSchema& column : table.columns) scan.columns.push_back(column.name);
    try {
      source->scan(scan, [](RowView) {});
    } catch (const Error&) {  // this table; others may be whole
    }
  }
}

}  // namespace besa::fuzz
