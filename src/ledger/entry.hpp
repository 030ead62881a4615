// One entry as bytes and as fields.
//
//   {"v":1,"kind":"hold.placed","at":"2026-11-22T16:42:30Z","by":{"name":"arta","claimed":true},…}
//
// One line of JSON without newline, at most 65 535 bytes (so that it fits an entry bundle of C2SP
// tlog-tiles), its time never smaller than that of the entry before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "besa/base/json.hpp"
#include "besa/base/time.hpp"
#include "besa/model/manifest.hpp"

namespace besa::ledger {

/// An entry read: `fields` is the whole object.
struct Record {
  std::uint64_t number = 0;
  std::string kind;
  Instant at;
  Json fields;
  [[nodiscard]] std::string text(const char* field) const;
  [[nodiscard]] std::uint64_t count(const char* field) const;
  [[nodiscard]] bool flag(const char* field) const;
  [[nodiscard]] Date date(const char* field) const;
  [[nodiscard]] std::optional<Date> optional_date(const char* field) const;
  [[nodiscard]] Digest digest(const char* field) const;
  [[nodiscard]] std::string by() const;  ///< name of who did it
};

/// What stands at the beginning of every entry, read without parsing the rest.
struct Heading {
  std::string_view kind;
  std::string_view at;
};

[[nodiscard]] std::string write_entry(std::string_view kind, Instant at,
                                      const std::optional<model::Actor>& by, const Json& fields);
/// nullopt for bytes that besa did not write.
[[nodiscard]] std::optional<Heading> read_heading(std::string_view bytes);
/// Error(failed) for bytes that besa did not write; so do the getters of Record.
[[nodiscard]] Record read_entry(std::uint64_t number, std::string_view bytes);

/// True for words that programs use and people are not called by: 1–100 of [A-Za-z0-9._:/-].
[[nodiscard]] bool is_code(std::string_view word);
/// Error(failed) unless every string in `json` is a code: free text would let persons in.
void require_codes(const Json& json);

}  // namespace besa::ledger
