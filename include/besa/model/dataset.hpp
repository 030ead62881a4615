// Where personal data lies and whose it is: one dataset file (besa-dataset(5)).
//
// A dataset names every column of every table. Links are directed and say what they mean; from them
// come whose a row is (`attachments`) and in which order rows may go (`deletion_order`).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "besa/base/character_set.hpp"
#include "besa/base/date.hpp"
#include "besa/base/digest.hpp"
#include "besa/base/json.hpp"
#include "besa/base/text.hpp"
#include "besa/model/mask.hpp"

namespace besa::model {

/// Equality only, on one column: `"kind": "click"`, `"kind": ["click","reply"]`, `"kind": null`.
/// Values are compared as text, integers in decimal; JSON null is SQL NULL.
struct When {
  std::string column;
  std::vector<std::string> any_of;
  bool or_null = false;
};

enum class LinkKind { belongs_to, mentions, same_person, copy_of, derived_from };
[[nodiscard]] std::string_view name_of(LinkKind kind);

struct Link {
  LinkKind kind = LinkKind::belongs_to;
  std::vector<std::string> columns;  ///< of this table
  std::string target;                ///< a table of this dataset, or "dataset.table"
  std::string by;                    ///< identifier kind of the target's subject; empty: its key
  std::vector<std::string> target_columns;  ///< empty: the target's key
  std::string from, to;           ///< columns of this table: when the link held; empty: always
  std::vector<std::string> mask;  ///< mentions: columns masked together with the link
};

/// A column that identifies the table's subject, or (on a table that belongs to a subject) did so
/// for an interval: a card, an old e-mail.
struct Identifier {
  std::string kind;  ///< "member_id", "email", "phone", "card" …
  std::string column;
  std::string from, to;  ///< columns with the first and the last day it was theirs; empty: open
  IdentifierRule rule = IdentifierRule::exact;
};

struct EventMapping {
  std::string at;          ///< the column with the time
  std::vector<When> when;  ///< all must hold
  std::string event;       ///< event kind, as the policy knows it
};

struct TimeFormat {
  std::string column;
  std::string format = "rfc3339";
  std::string zone;  ///< of values without an offset; empty: the policy's
};

/// A row that carries a document somebody must keep: which columns, since when, who is obliged.
struct Document {
  std::string document;              ///< "fiscal_receipt", "accounting_record": as rules name it
  std::string at;                    ///< the column with its date
  std::vector<std::string> columns;  ///< what the duty needs; nothing else is kept
  std::vector<When> when;
  std::string obligor;  ///< party of the policy
};

struct Column {
  std::string name;
  std::string category;      ///< Fides key, or "none"
  std::optional<Mask> mask;  ///< absent: null where the schema allows, else a pseudonym
  std::string pointer;       ///< where the file says so
  [[nodiscard]] bool personal() const { return category != "none"; }
};

struct Table {
  std::string name;
  std::vector<std::string> key;
  std::string subject;  ///< subject type whose people this table lists; empty: none
  std::vector<Identifier> identifiers;
  std::vector<Column> columns;  ///< every column named anywhere in the table, each once
  std::vector<Link> links;
  std::vector<EventMapping> events;
  std::vector<TimeFormat> times;
  std::vector<Document> documents;
  std::vector<std::string> purposes;  ///< what its data is used for; empty: any
  bool allow_triggers = false;
  std::string pointer;

  [[nodiscard]] const Column* column(std::string_view name) const;
  [[nodiscard]] const TimeFormat* time(std::string_view column) const;
  [[nodiscard]] bool is_key(std::string_view column) const;
};

/// How the files of a csv: source are written. Nothing of it is guessed.
struct CsvFormat {
  char delimiter = ',';
  char quote = '"';  ///< NUL: fields are never quoted
  bool header = true;
  CharacterSet encoding = CharacterSet::utf8;
  std::string null_text;  ///< an unquoted field that is exactly this has no value
  char decimal = '.';
  std::map<std::string, std::vector<std::string>> columns;  ///< by table, where there is no header
};

struct Dataset {
  std::string name;
  std::string policy;
  std::string held_by;            ///< party
  std::string source;             ///< address; empty: known by its map alone
  std::optional<Period> max_age;  ///< older than this, silence proves nothing
  bool rolling = false;           ///< an export that old rows leave: shorter is not less
  std::vector<std::string> other_files;  ///< beside its tables' files, and rightly not read
  CsvFormat csv;                  ///< of a source that begins with csv:
  std::vector<Table> tables;
  Digest digest;     ///< SHA-256 of the file's bytes
  std::string file;  ///< path as given, for messages

  [[nodiscard]] const Table* table(std::string_view name) const;
  [[nodiscard]] std::uint32_t table_index(
      std::string_view name) const;  ///< Error(failed) if unknown
};

/// Reads and checks one dataset file by itself: unknown fields, unknown tables in links, missing
/// columns, keys, cycles of belongs_to. All faults are collected; the result is whole only without.
[[nodiscard]] Dataset read_dataset(std::string_view text, const std::string& file,
                                   std::vector<Fault>& faults);

/// One step of a chain of belongs_to inside a dataset.
struct Step {
  std::vector<std::string> columns;
  std::uint32_t table = 0;
  std::vector<std::string> target_columns;
};

/// One way in which rows of a table are a subject's: steps of belongs_to to the table whose
/// `columns` hold an identifier of kind `by` of `subject` (empty `by`: the root's key).
struct Attachment {
  std::uint32_t table = 0;   ///< the table whose rows are owned
  std::vector<Step> steps;   ///< none: the row itself holds the identifier
  std::uint32_t holder = 0;  ///< the table that has `columns` (table itself without steps)
  std::vector<std::string> columns;
  std::string subject;            ///< subject type
  const Dataset* home = nullptr;  ///< where the subject's own table is: this dataset or another
  std::uint32_t root = 0;         ///< the subject's own table, in `home`
  std::string by;                 ///< identifier kind; empty: the root's key
  std::uint32_t link = 0;         ///< index of the first link, in `table`
  bool root_itself = false;       ///< the table is the subject's own: columns are its key
  [[nodiscard]] const Table& root_table() const { return home->tables[root]; }
  [[nodiscard]] std::string root_name() const;  ///< "dataset.table"
  [[nodiscard]] bool leads_out(const Dataset& dataset) const { return home != &dataset; }
};

/// The datasets of one policy, which links from one to another are followed among.
using Datasets = std::span<const Dataset* const>;

/// Every way into every table, roots first. Tables nobody owns (catalogues) have none. A link to
/// "dataset.table" is followed where that is a subject's own table in one of `others`.
[[nodiscard]] std::vector<Attachment> attachments(const Dataset& dataset, Datasets others = {});

/// The table a link leads to, in its own dataset or in one of `others`; both null where there is
/// none.
struct LinkTarget {
  const Dataset* dataset = nullptr;
  const Table* table = nullptr;
};
[[nodiscard]] LinkTarget target_of(const Dataset& dataset, const Link& link, Datasets others);

/// True where rows of `from` are those of people listed in `to`, another dataset.
[[nodiscard]] bool leads_into(const Dataset& from, const Dataset& to, Datasets others);

/// The same datasets, each after those its rows' owners are listed in, otherwise as they were; a
/// circle stays as it was. People who are listed in several are named by the first.
[[nodiscard]] std::vector<const Dataset*> owners_first(Datasets datasets);

/// Tables in an order in which rows can go: children before what they belong to or mention,
/// otherwise by name. Error(failed) printing the cycle where there is one (a table's link to itself
/// is none).
[[nodiscard]] std::vector<std::uint32_t> deletion_order(const Dataset& dataset);

}  // namespace besa::model
