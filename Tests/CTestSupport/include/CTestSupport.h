// What the tests need of the system and Swift's Glibc module does not show.
#pragma once
#include <sys/types.h>

// A pipe whose ends no other child inherits. 0 or an error number.
int test_pipe(int ends[2]);

// A pseudo-terminal of that size; `name` (64 bytes) gets the path of the far end. The descriptor, or -1.
int test_terminal(unsigned short rows, unsigned short columns, char *name);

// Gives a pseudo-terminal another size, which its programs are told of. 0 or an error number.
int test_resize(int terminal, unsigned short rows, unsigned short columns);

// Starts a program with every signal as it is by default and no descriptor above 2. With `terminal` it leads a session of
// its own, and all three descriptors are that terminal; else they are the given ones. 0 or an error number.
int test_spawn(const char *path, char *const words[], char *const environment[], const char *folder,
               const int descriptors[3], const char *terminal, pid_t *process);
