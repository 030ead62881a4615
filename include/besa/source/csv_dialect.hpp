// How the CSV files of one dataset are written. Declared by people, never guessed: a file that does
// not fit its dialect is an Error with the place, not a try with another one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "besa/base/character_set.hpp"

namespace besa::source {

struct CsvDialect {
  char delimiter = ',';
  char quote = '"';  ///< NUL: fields are never quoted
  bool header = true;
  CharacterSet encoding = CharacterSet::utf8;
  /// An unquoted field that is exactly this is NULL; quoted it is text. So by default an empty
  /// field is NULL and "" is the empty text.
  std::string null_text = {};
  char decimal = '.';  ///< the mark in numbers, where a bound of a scan is one
  /// By table, where there is no header: the names of the columns.
  std::map<std::string, std::vector<std::string>> columns = {};
};

}  // namespace besa::source
