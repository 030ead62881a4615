// The shops and services of the programme: a catalogue, nobody's data.
#pragma once

#include <array>
#include <string_view>

namespace besa::source {

struct Partner {
  std::string_view id, name, sector;
};
inline constexpr std::array<Partner, 12> partners_of_happy{{
    {"on-solutions", "On Solutions sh.p.k", "programme"},
    {"spar", "Spar", "supermarket"},
    {"neptun", "Neptun", "electronics"},
    {"jumbo", "Jumbo", "toys"},
    {"fashion-group", "Fashion Group Albania", "clothing"},
    {"tirana-bank", "Tirana Bank", "bank"},
    {"trita-hospital", "Trita Hospital", "hospital"},
    {"dermolife", "Dermolife Medical Center", "clinic"},
    {"frontrera", "Frontrera Medical & Spa", "clinic"},
    {"komuna-e-parisit", "Klinika \"Komuna e Parisit\"", "clinic"},
    {"top-optik", "Top Optik", "optician"},
    {"wellness", "Wellness Albania Clinic", "clinic"},
}};

}  // namespace besa::source
