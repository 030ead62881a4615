#include "source/jsonl_text.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <set>

#include "besa/base/bytes.hpp"
#include "source/jsonl_value.hpp"
#include "source/utf8_check.hpp"

namespace besa::source {
namespace {

enum class Escaping { least, small_letters, capitals };

void append_escaped_unit(std::string& out, std::uint32_t unit, Escaping escaping) {
  const std::string_view hex = escaping == Escaping::capitals ? "0123456789ABCDEF" : hex_digits;
  out += "\\u";
  for (unsigned shift = 16; shift > 0; shift -= 4) out += hex[unit >> (shift - 4) & 0xF];
}

void append_escaped_character(std::string& out, std::string_view character, Escaping escaping) {
  std::uint32_t c = static_cast<unsigned char>(character.front());
  c &= character.size() == 4 ? 0x07U : character.size() == 3 ? 0x0FU : 0x1FU;
  for (const char next : character.substr(1))
    c = c << 6 | (static_cast<unsigned char>(next) & 0x3F);
  if (c < 0x10000) return append_escaped_unit(out, c, escaping);
  append_escaped_unit(out, 0xD800 + ((c - 0x10000) >> 10), escaping);
  append_escaped_unit(out, 0xDC00 + ((c - 0x10000) & 0x3FF), escaping);
}

std::string spelt(std::string_view text, Escaping escaping, bool slashes) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(1, utf8_length(text));
    const std::string_view character = text.substr(0, length);
    text.remove_prefix(length);
    if (length > 1 && escaping != Escaping::least) {
      append_escaped_character(out, character, escaping);
    } else if (character == "/" && slashes) {
      out += "\\/";
    } else {
      std::string quoted;
      append_json_text(quoted, character);
      out.append(quoted, 1, quoted.size() - 2);
    }
  }
  return out;
}

class UnescapedStream final : public ByteStream {
 public:
  explicit UnescapedStream(std::unique_ptr<ByteStream> from)
      : from_(std::move(from)), buffer_(std::size_t{64} * 1024) {}

  std::size_t read(char* into, std::size_t size) override {
    std::size_t done = 0;
    while (done < size && (taken_ < text_.size() || more())) {
      const std::size_t step = std::min(size - done, text_.size() - taken_);
      std::memcpy(into + done, text_.data() + taken_, step);
      taken_ += step;
      done += step;
    }
    return done;
  }
  void finish() override { from_->finish(); }

 private:
  static constexpr std::size_t longest_escape = 12;  ///< a pair of surrogates

  bool more() {
    const std::size_t got = from_->read(buffer_.data() + left_, buffer_.size() - left_);
    const bool last = got < buffer_.size() - left_;
    std::string_view bytes(buffer_.data(), left_ + got);
    text_.clear();
    taken_ = 0;
    while (!bytes.empty()) {
      const std::size_t plain = std::min(bytes.find('\\'), bytes.size());
      text_ += bytes.substr(0, plain);
      bytes.remove_prefix(plain);
      if (bytes.size() < longest_escape && !last) break;
      bytes.remove_prefix(take_escape(bytes));
    }
    left_ = bytes.size();
    std::memmove(buffer_.data(), bytes.data(), left_);
    return !text_.empty() || !last;
  }

  /// Returns how many bytes it was.
  std::size_t take_escape(std::string_view bytes) {
    if (bytes.empty()) return 0;
    for (const std::size_t length : {std::size_t{2}, std::size_t{6}, longest_escape})
      if (length <= bytes.size() && append_unescaped(text_, bytes.substr(0, length))) return length;
    text_ += bytes.front();
    return 1;
  }

  std::unique_ptr<ByteStream> from_;
  std::vector<char> buffer_;
  std::string text_;
  std::size_t taken_ = 0, left_ = 0;
};

}  // namespace

std::vector<std::string> json_spellings(const std::string& text) {
  const auto one_way_only = [](char c) {
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '/';
  };
  if (std::ranges::all_of(text, one_way_only)) return {text};
  std::set<std::string> all{text};
  for (const Escaping escaping : {Escaping::least, Escaping::small_letters, Escaping::capitals})
    for (const bool slashes : {false, true}) all.insert(spelt(text, escaping, slashes));
  return {all.begin(), all.end()};
}

void each_text_in(std::string_view json, const std::function<void(std::string_view)>& sink) {
  std::string scratch;
  for (std::size_t begin = json.find('"'); begin != std::string_view::npos;) {
    std::size_t end = begin + 1;
    while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2U : 1U;
    if (end >= json.size()) return;
    scratch.clear();
    const bool name = end + 1 < json.size() && json[end + 1] == ':';
    if (!name && append_unescaped(scratch, json.substr(begin + 1, end - begin - 1))) sink(scratch);
    begin = json.find('"', end + 1);
  }
}

std::unique_ptr<ByteStream> unescaped_stream(std::unique_ptr<ByteStream> from) {
  return std::make_unique<UnescapedStream>(std::move(from));
}

}  // namespace besa::source
