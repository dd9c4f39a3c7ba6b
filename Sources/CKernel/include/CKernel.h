#ifndef WSCAP_CKERNEL_H
#define WSCAP_CKERNEL_H

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/// What the kernel knows of the bytes of one TCP connection.
///
/// glibc's `struct tcp_info` ends before these fields, so the kernel's own header is needed.
struct wscap_tcp_progress {
    /// `tcpi_bytes_acked`: acknowledged by the peer's kernel, the SYN of a dialled socket and our FIN included.
    uint64_t acknowledged;
    /// `SIOCOUTQ`: written by us and not acknowledged yet.
    uint64_t queued;
    /// `tcpi_notsent_bytes`: written by us and never put on the wire.
    uint64_t unsent;
    /// `tcpi_state`: TCP_ESTABLISHED is 1.
    uint8_t state;
};

/// Asks the kernel. Returns 0, or the errno.
int wscap_tcp_progress(int descriptor, struct wscap_tcp_progress *result);

/// Makes `close` on the socket send a RST instead of a FIN. Returns 0, or the errno.
int wscap_linger_zero(int descriptor);

/// Takes an exclusive advisory lock without waiting. Returns 0, or the errno (EWOULDBLOCK when taken).
int wscap_lock_exclusive(int descriptor);

/// Gives a file blocks for `count` bytes from `offset` on without making it longer.
/// Returns 0, or the errno.
int wscap_preallocate(int descriptor, uint64_t offset, uint64_t count);

/// Opens a file for writing past the page cache (`O_DIRECT`). Returns the descriptor, or the negated errno.
int wscap_open_direct(const char *path, int is_synchronous);

/// Writes what the kernel holds of a file, but not all of its metadata, to the disk. Returns 0, or the errno.
int wscap_sync_data(int descriptor);

/// Bytes that an ordinary user can still take on a file's volume, and the size of that volume.
/// Returns 0, or the errno.
int wscap_volume(int descriptor, uint64_t *free_bytes, uint64_t *total_bytes);

/// Stores a word of shared memory after everything before it in program order.
static inline void wscap_store_release(uint64_t *word, uint64_t value) {
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

/// Loads a word of shared memory before everything behind it in program order.
static inline uint64_t wscap_load_acquire(const uint64_t *word) {
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

/// Names the calling thread, for those who look with ps or perf (15 characters at most), and lets other
/// threads go before it: 0 is as urgent as they are, 19 least urgent.
void wscap_describe_thread(const char *name, int niceness);

/// Creates a file without a name in a folder, mode 0600, open for reading and writing.
/// Returns the descriptor, or the negated errno when the file system cannot (EOPNOTSUPP and others).
int wscap_create_nameless(const char *folder);

/// Gives a file without a name its name, unless something has it already.
/// Returns 0, or the errno (EEXIST when the name is taken).
int wscap_name_nameless(int descriptor, const char *path);

/// Renames a file, unless something has the new name already. Returns 0, or the errno (EEXIST when taken).
int wscap_rename_new(const char *from, const char *to);

/// Raises the limit of open descriptors to what this process may have; returns the limit in force.
uint64_t wscap_raise_descriptor_limit(void);

/// A C stream whose bytes come from a function; `close` is called when it is closed. Returns NULL on failure.
FILE *wscap_open_stream(void *source, ssize_t (*read)(void *, char *, size_t), int (*close)(void *));

#endif
