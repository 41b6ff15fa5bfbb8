#ifndef CRASHRESTORE_H
#define CRASHRESTORE_H

// The last net under a terminal's modes: what they were is kept here, where a signal handler can reach it, so that the terminal
// is given back as it was whatever ends the process, but for SIGKILL.

#include <stddef.h>
#include <termios.h>

/// The most bytes that undo a terminal's modes.
#define PLATFORM_LONGEST_UNDO 512

/// From here on every way this process can end first writes `undo` to `terminal` and gives it `settings` again, unless another
/// process group has the terminal. To be called before the modes are changed, and again whenever they are; one terminal
/// at a time. What is too long is not written, the settings are given back nevertheless.
void platform_restore_arm(int terminal, const struct termios *settings, const void *undo, size_t size);

/// The terminal has been given back.
void platform_restore_disarm(void);

#endif
