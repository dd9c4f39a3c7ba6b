#define _GNU_SOURCE
#include "CKernel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/stat.h>
#include <unistd.h>

int wscap_tcp_progress(int descriptor, struct wscap_tcp_progress *result) {
    struct tcp_info info;
    socklen_t length = sizeof info;
    memset(&info, 0, sizeof info);
    if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) return errno;
    int queued = 0;
    if (ioctl(descriptor, SIOCOUTQ, &queued) != 0) return errno;
    result->acknowledged = info.tcpi_bytes_acked;
    result->queued = queued < 0 ? 0 : (uint64_t)queued;
    result->unsent = info.tcpi_notsent_bytes;
    result->state = info.tcpi_state;
    return 0;
}

int wscap_linger_zero(int descriptor) {
    struct linger option = {.l_onoff = 1, .l_linger = 0};
    return setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, sizeof option) == 0 ? 0 : errno;
}

int wscap_lock_exclusive(int descriptor) {
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
}

int wscap_create_nameless(const char *folder) {
    // The name is given through /proc; without it, a nameless file would stay nameless.
    if (access("/proc/self/fd", X_OK) != 0) return -EOPNOTSUPP;
    int descriptor = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
    return descriptor >= 0 ? descriptor : -errno;
}

int wscap_name_nameless(int descriptor, const char *path) {
    char nameless[64];
    snprintf(nameless, sizeof nameless, "/proc/self/fd/%d", descriptor);
    return linkat(AT_FDCWD, nameless, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
}

int wscap_rename_new(const char *from, const char *to) {
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return errno;
    // A file system that cannot rename so: a link never replaces anything either.
    if (link(from, to) != 0) return errno;
    return unlink(from) == 0 ? 0 : errno;
}

uint64_t wscap_raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    if (limit.rlim_cur < limit.rlim_max) {
        struct rlimit raised = {.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
        if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
    }
    return limit.rlim_cur;
}

int wscap_preallocate(int descriptor, uint64_t offset, uint64_t count) {
    while (fallocate(descriptor, FALLOC_FL_KEEP_SIZE, (off_t)offset, (off_t)count) != 0) {
        if (errno != EINTR) return errno;
    }
    return 0;
}

int wscap_open_direct(const char *path, int is_synchronous) {
    int descriptor = open(path, O_WRONLY | O_DIRECT | O_CLOEXEC | (is_synchronous ? O_DSYNC : 0));
    return descriptor >= 0 ? descriptor : -errno;
}

int wscap_sync_data(int descriptor) {
    return fdatasync(descriptor) == 0 ? 0 : errno;
}

int wscap_volume(int descriptor, uint64_t *free_bytes, uint64_t *total_bytes) {
    struct statvfs status;
    if (fstatvfs(descriptor, &status) != 0) return errno;
    *free_bytes = (uint64_t)status.f_bavail * status.f_frsize;
    *total_bytes = (uint64_t)status.f_blocks * status.f_frsize;
    return 0;
}

void wscap_describe_thread(const char *name, int niceness) {
    pthread_setname_np(pthread_self(), name);
    // On Linux a thread has a niceness of its own; without the right to change it, it stays as it is.
    (void)setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), niceness);
}

FILE *wscap_open_stream(void *source, ssize_t (*read)(void *, char *, size_t), int (*close)(void *)) {
    cookie_io_functions_t functions = {.read = read, .close = close};
    return fopencookie(source, "rb", functions);
}
