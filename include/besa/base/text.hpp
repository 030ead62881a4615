// Text for the places it goes to, identifiers as they are compared, and masked samples.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace besa {

/// For a terminal: control bytes, C1 (also as UTF-8), bidi and zero-width characters and invalid
/// UTF-8 become visible escapes (\x1b, \u202e); newline and tab too (\n, \t).
[[nodiscard]] std::string for_terminal(std::string_view text);
[[nodiscard]] std::string for_html(std::string_view text);  ///< & < > " ' in text and attributes
/// One CSV cell for people: quoted where needed, formulas neutralised with a leading '
/// (erasure.md O1, O2).
[[nodiscard]] std::string for_csv_cell(std::string_view text);
[[nodiscard]] bool is_valid_utf8(std::string_view text);
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);
/// 1234567 as "1 234 567" (a narrow group mark people read, plain ASCII space).
[[nodiscard]] std::string grouped(std::uint64_t number);
/// "1 member", "2 members".
[[nodiscard]] std::string counted(std::uint64_t number, std::string_view singular,
                                  std::string_view plural);
/// A hint of a value, never the value: "a…@g…" for e-mails, else first letter and length: "A… (5)".
/// A single letter is left out, being all there is.
[[nodiscard]] std::string masked(std::string_view value);

/// How identifiers are compared. The rule's version is stored with every digest made of them.
enum class IdentifierRule { exact, folded, email, phone };
constexpr int identifier_rule_version = 1;
/// The comparable form, always the same when applied again:
///   exact   the bytes
///   folded  NFKC, case folded, invisible characters gone, trimmed; bytes that are no UTF-8 as they
///   are email   the same; dots and +tags stay; needs something on both sides of an @ phone E.164.
///   Blanks, dots, dashes, brackets and / go; 00 is +; 0…, 355… and nine bare digits
///           from 6 are Albanian (domain 4.2); other bare digits belong to no known country
/// Empty: nothing to compare with (blank, or no such identifier).
[[nodiscard]] std::string normalise(std::string_view value, IdentifierRule rule);

}  // namespace besa
