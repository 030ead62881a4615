// Erased values sought in files of text, whatever their format: in constant memory, whole values
// only, in every encoding the files may have.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "besa/base/character_set.hpp"
#include "source/byte_search.hpp"
#include "source/byte_stream.hpp"
#include "source/utf16_search.hpp"

namespace besa::source {

class ValueSearch {
 public:
  /// A value, and how it may be written besides as itself: quoted, escaped.
  using Spellings = std::function<std::vector<std::string>(const std::string&)>;
  ValueSearch(const std::vector<std::string>& values, CharacterSet encoding,
              const Spellings& spellings);

  struct Result {
    std::uint64_t hits = 0;
    std::uint64_t bytes_read = 0;
  };
  /// Text of the declared encoding is known not to be UTF-16; of other files nothing is known.
  enum class Content { declared, anything };
  /// Reads the stream to its end and counts where a value stands alone. From several threads, each
  /// with a stream of its own.
  [[nodiscard]] Result look(ByteStream& stream, Content content) const;

 private:
  /// Matches that begin in [from, to) and stand alone.
  [[nodiscard]] std::uint64_t count(std::string_view text, std::size_t from, std::size_t to,
                                    Content content) const;
  std::vector<std::string> forms_;
  ByteSearch own_;
  Utf16Search utf16_;
};

}  // namespace besa::source
