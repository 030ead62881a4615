// The people of the example: names, addresses, numbers. Made up, all of them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "source/happy_plan.hpp"

namespace besa::source {

/// A row of members. An empty text is NULL.
struct Member {
  std::string member_id, card_no, first_name, last_name, email, email_since, phone, birth_date;
  std::string city, country, language, origin, registered_at, note;
  std::uint32_t points = 0;
};

/// What a member is called and where he is reached; a pure function of seed and number.
class People {
 public:
  explicit People(std::uint64_t seed);

  // Each appends to `out`.
  static void member_id(std::string& out, std::uint64_t number);
  static void card(std::string& out, std::uint64_t number, bool replaced);
  void phone(std::string& out, std::uint64_t number) const;          // as somebody typed it
  void phone_dialled(std::string& out, std::uint64_t number) const;  // E.164
  void email(std::string& out, std::uint64_t number) const;          // the present one
  void email_before(std::string& out, std::uint64_t number) const;
  void full_name(std::string& out, std::uint64_t number) const;
  /// A company's tax number with its check letter, for an invoice.
  static void tax_number(std::string& out, std::uint64_t number);

  /// Fills in everything but the dates, which are the plan's.
  void describe(Member& member, std::uint64_t number) const;

 private:
  struct Name {
    std::string_view written;
    std::string plain;  ///< ASCII, lower case
  };
  [[nodiscard]] const Name& first_name(std::uint64_t number) const;
  [[nodiscard]] const Name& last_name(std::uint64_t number) const;
  static std::vector<Name> names(std::span<const std::string_view> written);
  [[nodiscard]] std::uint64_t national_number(std::uint64_t number) const;

  std::uint64_t seed_;
  std::vector<Name> first_names_, last_names_;
};

}  // namespace besa::source
