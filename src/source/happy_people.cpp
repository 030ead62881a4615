#include "source/happy_people.hpp"

#include <array>

#include "source/happy_random.hpp"

namespace besa::source {

namespace {

constexpr std::uint64_t people_stream = 3;

// Albanian given names, men's and women's in turn, the frequent ones first.
constexpr auto given_names = std::to_array<std::string_view>(
    {"Arben",    "Elira",    "Agim",    "Mimoza",    "Besnik", "Vjollca",  "Ilir",    "Drita",
     "Gëzim",    "Fatmira",  "Petrit",  "Valbona",   "Luan",   "Teuta",    "Skënder", "Flutura",
     "Ardit",    "Albana",   "Bledar",  "Majlinda",  "Çlirim", "Lindita",  "Dritan",  "Ermira",
     "Edmond",   "Zamira",   "Fatos",   "Anila",     "Genc",   "Blerta",   "Hysen",   "Dëshira",
     "Kujtim",   "Shpresa",  "Ledion",  "Arbëresha", "Mentor", "Kozeta",   "Ndriçim", "Rovena",
     "Përparim", "Suela",    "Qemal",   "Njomëza",   "Rinor",  "Xhensila", "Saimir",  "Yllka",
     "Shkëlqim", "Aferdita", "Taulant", "Diellza",   "Ujkan",  "Erëmira",  "Veton",   "Gentiana",
     "Xhevahir", "Hëna",     "Ylber",   "Jonida",    "Zef",    "Klea",     "Bujar",   "Çeljeta"});

constexpr auto family_names = std::to_array<std::string_view>(
    {"Hoxha",    "Shehu",     "Prifti",  "Çela",     "Kola",      "Gjoka",   "Leka",    "Dervishi",
     "Marku",    "Hysa",      "Bardhi",  "Krasniqi", "Gashi",     "Berisha", "Çomo",    "Rama",
     "Meta",     "Basha",     "Topalli", "Dragoti",  "Zeneli",    "Xhafa",   "Lleshi",  "Ndreca",
     "Përmeti",  "Korça",     "Elezi",   "Frashëri", "Toptani",   "Vrioni",  "Këlliçi", "Mërkuri",
     "Dhimitri", "Dukagjini", "Nushi",   "Pëllumbi", "Qosja",     "Rrapi",   "Shkëmbi", "Thaçi",
     "Ujka",     "Veliu",     "Xhaçka",  "Ymeri",    "Zogu",      "Arapi",   "Bushati", "Cani",
     "Çaushi",   "Demi",      "Dhima",   "Elbasani", "Fishta",    "Gjergji", "Haxhiu",  "Islami",
     "Jorgji",   "Kastrati",  "Lleshaj", "Myftiu",   "Njehrrena", "Osmani",  "Pano",    "Rrënja"});

constexpr auto cities = std::to_array<std::string_view>(
    {"Tiranë",   "Durrës",   "Vlorë",   "Elbasan",     "Shkodër",          "Fier",
     "Korçë",    "Kamëz",    "Berat",   "Lushnjë",     "Pogradec",         "Kavajë",
     "Laç",      "Lezhë",    "Kukës",   "Gjirokastër", "Sarandë",          "Krujë",
     "Kuçovë",   "Peshkopi", "Burrel",  "Bulqizë",     "Përmet",           "Çorovodë",
     "Tepelenë", "Librazhd", "Rrëshen", "Himarë",      "Tiranë, Kombinat", "Durrës, Plazh",
     "Selenicë", "Ersekë"});

constexpr auto mail_domains = std::to_array<std::string_view>(
    {"posta.example", "kutia.example", "mail.example", "zyra.example"});

constexpr auto notes = std::to_array<std::string_view>(
    {"Kërkon faturë, gjithmonë.", "Preferon SMS; jo e-mail.",
     "Thotë «mos më telefononi pas orës 18».", "Wants the \"gold\" card.",
     "Ka ndërruar adresë, shih kartelën.", "Kupon i dyfishtë, u sqarua."});

/// Mobile prefixes of Albania: 6[689][2-9] and 67[2-6], 29 in all.
std::uint64_t phone_prefix(std::uint64_t index) {
  if (index >= 24) return 672 + (index - 24);
  constexpr std::array<std::uint64_t, 3> networks{660, 680, 690};
  return networks.at(index / 8) + 2 + index % 8;
}

std::string plain(std::string_view written) {
  std::string out;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const char c = written[i];
    if (c == '\xC3' && i + 1 < written.size()) {
      const char second = written[++i];
      out += second == '\xAB' || second == '\x8B' ? 'e' : 'c';
    } else if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c - 'A' + 'a');
    } else {
      out += c;
    }
  }
  return out;
}

/// EAN-13: the last digit makes the weighted sum a multiple of ten.
void append_check_digit(std::string& out, std::size_t begin) {
  std::uint32_t sum = 0;
  for (std::size_t i = begin; i < out.size(); ++i) {
    const auto digit = static_cast<std::uint32_t>(out[i] - '0');
    sum += (out.size() - i) % 2 == 1 ? 3 * digit : digit;
  }
  out += static_cast<char>('0' + (10 - sum % 10) % 10);
}

}  // namespace

People::People(std::uint64_t seed)
    : seed_(seed), first_names_(names(given_names)), last_names_(names(family_names)) {}

std::vector<People::Name> People::names(std::span<const std::string_view> written) {
  std::vector<Name> result;
  for (const std::string_view name : written) result.push_back({name, plain(name)});
  return result;
}

const People::Name& People::first_name(std::uint64_t number) const {
  return first_names_[scramble(seed_ ^ number) % first_names_.size()];
}

const People::Name& People::last_name(std::uint64_t number) const {
  return last_names_[scramble(seed_ ^ number << 1 ^ 0x5A5A) % last_names_.size()];
}

void People::member_id(std::string& out, std::uint64_t number) {
  out += "HM-";
  append_number(out, number, 7);
}

void People::card(std::string& out, std::uint64_t number, bool replaced) {
  const std::size_t begin = out.size();
  out += "29";  // numbers 20–29 are for use within one company's shops
  append_number(out, number * 20 + (replaced ? 0 : 10), 10);
  append_check_digit(out, begin);
}

std::uint64_t People::national_number(std::uint64_t number) const {
  constexpr std::uint64_t all = 29'000'000;  // 17928391 shares no factor with it: no number twice
  const std::uint64_t place = (number * 17'928'391 + seed_ % all) % all;
  return phone_prefix(place / 1'000'000) * 1'000'000 + place % 1'000'000;
}

void People::phone(std::string& out, std::uint64_t number) const {
  std::string digits;
  append_number(digits, national_number(number));
  const std::string_view all = digits;
  const auto spaced = [&] {
    out.append(all.substr(0, 2))
        .append(" ")
        .append(all.substr(2, 3))
        .append(" ")
        .append(all.substr(5));
  };
  switch (scramble(number) % 4) {
    case 0:
      out.append("+355").append(all);
      break;
    case 1:
      out += '0', spaced();
      break;
    case 2:
      out += "+355 ", spaced();
      break;
    default:
      out.append("00355").append(all);
      break;
  }
}

void People::phone_dialled(std::string& out, std::uint64_t number) const {
  out += "+355";
  append_number(out, national_number(number));
}

void People::email(std::string& out, std::uint64_t number) const {
  out.append(first_name(number).plain).append(".").append(last_name(number).plain);
  append_number(out, number);
  out.append("@").append(mail_domains[scramble(number ^ seed_) % mail_domains.size()]);
}

void People::email_before(std::string& out, std::uint64_t number) const {
  out.append(last_name(number).plain).append("_");
  append_number(out, number);
  out.append("@").append(mail_domains[scramble(number) % mail_domains.size()]);
}

void People::full_name(std::string& out, std::uint64_t number) const {
  out.append(first_name(number).written).append(" ").append(last_name(number).written);
}

void People::tax_number(std::string& out, std::uint64_t number) {
  std::string digits;
  append_number(digits, scramble(number) % 100'000'000, 8);
  std::uint64_t sum = 11;  // K, the eleventh letter, with weight 1
  for (std::size_t i = 0; i < digits.size(); ++i) {
    sum += (i + 1) * static_cast<std::uint64_t>(digits[i] - '0');
  }
  out.append("K").append(digits) += "WABCDEFGHIJKLMNOPQRSTUV"[sum % 23];
}

void People::describe(Member& member, std::uint64_t number) const {
  Random random(seed_, people_stream, number);
  member = {};
  member_id(member.member_id, number);
  card(member.card_no, number, false);
  member.first_name = first_name(number).written;
  member.last_name = last_name(number).written;
  email(member.email, number);
  phone(member.phone, number);
  const auto place =
      random.skewed(64, 48) - 1;  // the capital less often than its share, on purpose
  member.city = cities[(place + random.below(8)) % cities.size()];
  member.country = "AL";
  member.language = random.one_in(15) ? "en" : "sq";
  member.points = random.skewed(9000, 90);
  if (random.one_in(50)) member.note = notes[random.below(notes.size())];
}

}  // namespace besa::source
