// What a CREATE VIRTUAL TABLE statement says about a full-text table. Unlike words_of it keeps the
// punctuation: only "=" tells the option content=t from a column named content.
#pragma once

#include <optional>
#include <string_view>

namespace besa::source {

struct FullTextTable {
  int version = 0;                ///< fts3, fts4 or fts5
  bool external_content = false;  ///< content='some table': it indexes rows kept elsewhere
};

/// nullopt where `sql` (as sqlite_schema keeps it) creates no fts3, fts4 or fts5 table.
[[nodiscard]] std::optional<FullTextTable> read_full_text(std::string_view sql);

}  // namespace besa::source
