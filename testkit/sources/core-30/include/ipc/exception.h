// Stands in for a header that the package leaves out, and that init.cpp
// includes even where IPC is off. Nothing throws this then.
#pragma once

#include <stdexcept>

namespace ipc {
struct Exception : std::runtime_error {
    using std::runtime_error::runtime_error;
};
} // namespace ipc
