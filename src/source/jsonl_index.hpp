// Where the parts of JSON lie in a stretch of bytes: simdjson's first stage, with the instructions
// of the machine at hand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace besa::source {

enum class JsonlFault : std::uint8_t {
  none,
  not_utf8,           ///< (J6)
  control_character,  ///< one below 20 in a string, NUL among them (J1)
  open_string,        ///< a quote that is never closed
  no_memory,
};

class JsonlIndex {
 public:
  /// Bytes that must be readable behind every stretch; what they are does not matter.
  static constexpr std::size_t padding = 64;

  JsonlIndex();
  ~JsonlIndex();
  JsonlIndex(const JsonlIndex&) = delete;
  JsonlIndex& operator=(const JsonlIndex&) = delete;

  /// Finds the marks of a stretch that begins and ends between lines, and checks that it is UTF-8
  /// and that no string holds a control character.
  [[nodiscard]] JsonlFault find(const char* bytes, std::size_t size);
  /// Where brackets, braces, colons and commas lie outside strings, and where strings, numbers and
  /// words begin; in order, and behind them the size of the stretch.
  [[nodiscard]] const std::uint32_t* marks() const;
  /// How many there are.
  [[nodiscard]] std::size_t count() const;

 private:
  struct Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace besa::source
