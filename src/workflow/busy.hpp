// A store that is busy is asked again a few times. Private to workflow.
#pragma once

#include <functional>

namespace besa::workflow {

/// Does the work, five times at most, and no further time after a minute: longer and longer pauses
/// lie between (0.1 to 1.2 seconds, by chance, so that two that met do not meet again). `undo`
/// follows each time that ended with ErrorKind::busy, the last one too, whose Error is thrown.
void again_while_busy(const std::function<void()>& work, const std::function<void()>& undo);

}  // namespace besa::workflow
