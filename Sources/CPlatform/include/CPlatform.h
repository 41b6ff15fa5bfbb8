#ifndef CPLATFORM_H
#define CPLATFORM_H

// What the system offers and Swift's Glibc module does not show. Calls that need _GNU_SOURCE are functions in CPlatform.c, for the
// macro changes types that other modules import too. Each of those returns -1 and sets errno, as the call it wraps does.

#include "CrashRestore.h"

#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/types.h>

/// Accepts a connection as a descriptor that neither blocks nor survives exec.
int platform_accept(int listener);

/// Makes the next close of this socket send RST and drop what is queued.
int platform_reset_at_close(int descriptor);

/// The address of the first `needle` in `haystack`, or null.
const void *platform_find(const void *haystack, size_t haystack_size, const void *needle, size_t needle_size);

/// Fills `bytes` from the kernel's random source, however many times it has to ask.
void platform_fill_random(void *bytes, size_t size);

/// Copies the words for an errno value into `text`, always terminated.
void platform_error_text(int code, char *text, size_t size);

/// How many bytes a pipe takes in one piece.
size_t platform_pipe_buffer(void);

/// Makes a pseudo-terminal; both ends block and survive exec.
int platform_open_terminal(int *controller, int *terminal);

/// Takes the pages of code and constants out of this process's memory; those that are used again come back from the
/// page cache, without reading a file. Breakpoints of a debugger are lost with them.
void platform_release_code(void);

#endif
