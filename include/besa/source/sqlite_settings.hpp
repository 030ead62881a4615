// Settings of the SQLite library that hold for the whole program.
#pragma once

namespace besa::source {

/// To be called once, before anything is opened; later it does nothing. SQLite counts the memory it
/// uses under a lock that all threads share, which costs two busy ones a fifth of their time;
/// nobody here asks for the count.
void set_up_sqlite();

}  // namespace besa::source
