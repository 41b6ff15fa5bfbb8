#define _GNU_SOURCE
#include "CrashRestore.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// All that a handler needs. It is complete before `armed` points to it and is not changed while it does.
struct record {
  int terminal;
  struct termios settings;
  size_t size;
  char undo[PLATFORM_LONGEST_UNDO];
};

static struct record records[2];
static struct record *_Atomic armed;
/// What each signal did before.
static struct sigaction former[NSIG];

/// Only what is safe in a handler. The terminal may be a descriptor that does not block and has no room: it gets a moment.
static void write_undo(const struct record *record) {
  size_t written = 0;
  for (int waits = 0; written < record->size && waits < 10;) {
    ssize_t count = write(record->terminal, record->undo + written, record->size - written);
    if (count > 0) {
      written += (size_t)count;
    } else if (count < 0 && errno == EAGAIN) {
      struct pollfd room = {.fd = record->terminal, .events = POLLOUT};
      poll(&room, 1, 20);
      waits++;
    } else if (count == 0 || errno != EINTR) {
      return;
    }
  }
}

static void restore(void) {
  struct record *record = atomic_exchange(&armed, NULL);
  if (!record) return;
  // A shell that has stopped us has set the terminal as it wants it.
  pid_t foreground = tcgetpgrp(record->terminal);
  if (foreground > 0 && foreground != getpgrp()) return;
  write_undo(record);
  tcsetattr(record->terminal, TCSANOW, &record->settings);
}

static void handle(int number, siginfo_t *information, void *context) {
  int code = errno;
  restore();
  // Swift's backtracer, where it is switched on, or a sanitizer.
  if (former[number].sa_flags & SA_SIGINFO)
    former[number].sa_sigaction(number, information, context);
  else if (former[number].sa_handler != SIG_DFL)
    former[number].sa_handler(number);
  // The signal is blocked until this handler returns; then its own action ends us where it came.
  signal(number, SIG_DFL);
  raise(number);
  errno = code;
}

/// Whether a signal ends the process when nobody handles it.
static bool is_deadly(int number) {
  switch (number) {
  case SIGKILL: case SIGSTOP: case SIGTSTP: case SIGTTIN: case SIGTTOU: case SIGCONT: case SIGCHLD: case SIGURG: case SIGWINCH:
    return false;
  default:
    return true;
  }
}

/// A stack of its own for handlers on this thread, for a stack that overflowed.
static void prepare_stack(void) {
  static char memory[64 << 10];
  stack_t present;
  if (sigaltstack(NULL, &present) == 0 && !(present.ss_flags & SS_DISABLE)) return;
  stack_t own = {.ss_sp = memory, .ss_size = sizeof memory};
  sigaltstack(&own, NULL);
}

static void install(void) {
  static bool is_installed;
  if (is_installed) return;
  is_installed = true;
  prepare_stack();
  struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigfillset(&action.sa_mask);
  for (int number = 1; number < NSIG; number++) {
    if (!is_deadly(number) || sigaction(number, NULL, &former[number]) != 0) continue;
    // What is ignored, as by nohup, stays ignored.
    if (!(former[number].sa_flags & SA_SIGINFO) && former[number].sa_handler == SIG_IGN) continue;
    sigaction(number, &action, NULL);
  }
  atexit(restore);
}

void platform_restore_arm(int terminal, const struct termios *settings, const void *undo, size_t size) {
  install();
  struct record *record = atomic_load(&armed) == &records[0] ? &records[1] : &records[0];
  record->terminal = terminal;
  record->settings = *settings;
  record->size = size <= sizeof record->undo ? size : 0;
  memcpy(record->undo, undo, record->size);
  atomic_store(&armed, record);
}

void platform_restore_disarm(void) { atomic_store(&armed, NULL); }
