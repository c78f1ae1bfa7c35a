/* SPDX-License-Identifier: MIT */
/* inject REPORT ACTION NAME FILE AT COMMAND ARGUMENTS...: runs a command and interferes with
 * its AT-th call, counted from 1, of the system call NAME on FILE.
 *
 *   ACTION   the name of an error (EIO, ENOSPC, ...): the call fails with it
 *            short: the call reads or writes half of what it was asked to
 *            full: the call fails with ENOSPC, and so do all later writes except to standard error
 *            kill: the process is killed with SIGKILL before the call
 *            count: nothing happens; REPORT gets a line for every call: "NAME FILE"
 *   FILE     a path, or a descriptor and the file that it refers to: "<1>/tmp/out"; numbers in
 *            file names are written as #
 *
 * FAULTS_PRELOAD becomes the command's LD_PRELOAD. The exit code is that of the command, or 128
 * plus the number of the signal that ended it.
 *
 * A preloaded library would not do: the C library's own reading, writing and opening (fwrite,
 * fopen) does not go through the symbols that it can replace. strace can do all of this, but is ten
 * times slower. A seccomp filter stops the process only at the calls of the table, and ptrace
 * changes them. The calls of the dynamic loader do not count, nor those of processes that the
 * command starts. Only for Linux on x86-64; elsewhere it exits with 77. */
#include <stdio.h>

#if defined __linux__ && defined __x86_64__
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LONGEST_NAME = 32, LONGEST_FILE = 512 };

/* How a call names its file: by a descriptor in argument 0, by a path in argument 0 or 1, or not at
 * all. */
enum { BY_NUMBER, BY_PATH_0, BY_PATH_1, BY_NOTHING };

static const struct call {
    const char *name;
    long number;
    int file;
} calls[] = {
    {"openat", SYS_openat, BY_PATH_1},
    {"open", SYS_open, BY_PATH_0},
    {"read", SYS_read, BY_NUMBER},
    {"pread64", SYS_pread64, BY_NUMBER},
    {"readv", SYS_readv, BY_NUMBER},
    {"write", SYS_write, BY_NUMBER},
    {"pwrite64", SYS_pwrite64, BY_NUMBER},
    {"writev", SYS_writev, BY_NUMBER},
    {"fsync", SYS_fsync, BY_NUMBER},
    {"fdatasync", SYS_fdatasync, BY_NUMBER},
    {"close", SYS_close, BY_NUMBER},
    {"rename", SYS_rename, BY_PATH_0},
    {"renameat", SYS_renameat, BY_PATH_1},
    {"renameat2", SYS_renameat2, BY_PATH_1},
    {"link", SYS_link, BY_PATH_0},
    {"linkat", SYS_linkat, BY_PATH_1},
    {"unlink", SYS_unlink, BY_PATH_0},
    {"unlinkat", SYS_unlinkat, BY_PATH_1},
    {"ftruncate", SYS_ftruncate, BY_NUMBER},
    {"fallocate", SYS_fallocate, BY_NUMBER},
    {"lseek", SYS_lseek, BY_NUMBER},
    {"stat", SYS_stat, BY_PATH_0},
    {"fstat", SYS_fstat, BY_NUMBER},
    {"newfstatat", SYS_newfstatat, BY_PATH_1},
    {"statx", SYS_statx, BY_PATH_1},
    {"access", SYS_access, BY_PATH_0},
    {"faccessat", SYS_faccessat, BY_PATH_1},
    {"readlink", SYS_readlink, BY_PATH_0},
    {"readlinkat", SYS_readlinkat, BY_PATH_1},
    {"getcwd", SYS_getcwd, BY_NOTHING},
    {"flock", SYS_flock, BY_NUMBER},
    {"fcntl", SYS_fcntl, BY_NUMBER},
    {"memfd_create", SYS_memfd_create, BY_PATH_0},
    {"pipe2", SYS_pipe2, BY_NOTHING},
    {"sendfile", SYS_sendfile, BY_NUMBER},
    {"copy_file_range", SYS_copy_file_range, BY_NUMBER},
    {"mmap", SYS_mmap, BY_NOTHING},
    {"clone", SYS_clone, BY_NOTHING},
    {"clone3", SYS_clone3, BY_NOTHING},
    {"vfork", SYS_vfork, BY_NOTHING},
};
enum { CALLS = sizeof calls / sizeof calls[0] };

static const struct {
    const char *name;
    int value;
} errors[] = {
    {"EIO", EIO},       {"ENOSPC", ENOSPC}, {"EINTR", EINTR},   {"EMFILE", EMFILE},
    {"ENOMEM", ENOMEM}, {"EAGAIN", EAGAIN}, {"EPERM", EPERM},   {"EACCES", EACCES},
    {"EDQUOT", EDQUOT}, {"EROFS", EROFS},   {"EMLINK", EMLINK},
};
enum { ERRORS = sizeof errors / sizeof errors[0] };

typedef enum action { COUNT, FAIL, SHORT, FULL, KILL } action;

typedef struct run {
    pid_t child;
    action action;
    int error;
    const char *name, *file; /* of the calls that are counted */
    long at, seen;
    FILE *report;
    bool started;                /* the command has replaced this program */
    uint64_t loader, loader_end; /* where the dynamic loader is mapped */
} run;

_Noreturn static void stop(const char *what)
{
    fprintf(stderr, "inject: %s: %s\n", what, strerror(errno));
    exit(125);
}

/* --- the command -------------------------------------------------------------------------------*/

/* Makes the kernel stop the process for the tracer at the calls of the table, and at no other
 * calls. */
static void filter(void)
{
    struct sock_filter code[2 * CALLS + 4];
    unsigned short length = 0;
    code[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                                  (uint32_t)offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < CALLS; i++) {
        code[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
                                                      (uint32_t)calls[i].number, 0, 1);
        code[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
    }
    code[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = {length, code};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        stop("no filter of system calls here");
}

static pid_t begin(char **command)
{
    const pid_t child = fork();
    if (child < 0)
        stop("fork");
    if (child > 0)
        return child;
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
        stop("no ptrace here");
    raise(SIGSTOP);
    const char *preload = getenv("FAULTS_PRELOAD");
    if (preload != NULL)
        setenv("LD_PRELOAD", preload, 1);
    filter();
    execvp(command[0], command);
    stop(command[0]);
}

/* --- one call ----------------------------------------------------------------------------------*/

static void find_loader(run *r)
{
    char name[64], line[4400];
    snprintf(name, sizeof name, "/proc/%ld/maps", (long)r->child);
    FILE *maps = fopen(name, "r");
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        unsigned long from, to;
        if (strstr(line, "/ld-linux") == NULL || sscanf(line, "%lx-%lx", &from, &to) != 2)
            continue;
        r->loader = r->loader == 0 ? from : r->loader;
        r->loader_end = to;
    }
    if (maps != NULL)
        fclose(maps);
}

static void describe_number(const run *r, int number, char *text, size_t size)
{
    char name[64];
    snprintf(name, sizeof name, "/proc/%ld/fd/%d", (long)r->child, number);
    const int begun = snprintf(text, size, "<%d>", number);
    const ssize_t length = readlink(name, text + begun, size - 1 - (size_t)begun);
    text[begun + (length > 0 ? (int)length : 0)] = '\0';
}

static void describe_path(const run *r, uint64_t address, char *text, size_t size)
{
    struct iovec here = {text, size - 1}, there = {(void *)(uintptr_t)address, size - 1};
    ssize_t length = process_vm_readv(r->child, &here, 1, &there, 1, 0);
    if (length < 0) { /* the next page cannot be read */
        there.iov_len = 4096 - address % 4096;
        length = process_vm_readv(r->child, &here, 1, &there, 1, 0);
    }
    text[length > 0 ? length : 0] = '\0';
    text[strcspn(text, "\n")] = '\0';
}

/* Replaces numbers by #, since process and file numbers differ from run to run. */
static void hide_numbers(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        const bool digit = *from >= '0' && *from <= '9';
        if (!digit)
            *to++ = *from;
        else if (to == text || to[-1] != '#')
            *to++ = '#';
    }
    *to = '\0';
}

/* Gets the name of a call, followed by "-to-write" if it opens a file for writing, and its file. */
static void describe(const run *r, const struct call *call,
                     const struct user_regs_struct *registers, char *name, char *file)
{
    const int flags = (int)registers->rdx;
    const bool writing = call->number == SYS_openat &&
                         ((flags & O_ACCMODE) != O_RDONLY || (flags & O_TMPFILE) == O_TMPFILE);
    snprintf(name, LONGEST_NAME, "%s%s", call->name, writing ? "-to-write" : "");
    file[0] = '\0';
    if (call->file == BY_PATH_0 || call->file == BY_PATH_1)
        describe_path(r, call->file == BY_PATH_0 ? registers->rdi : registers->rsi, file,
                      LONGEST_FILE);
    if (call->file == BY_NUMBER || (call->number == SYS_newfstatat && file[0] == '\0'))
        describe_number(r, (int)registers->rdi, file, LONGEST_FILE);
    hide_numbers(file + (file[0] == '<' ? 3 : 0));
}

/* Returns whether a call writes to a file. Standard error does not count: messages can be written
 * even when the disk is full. */
static bool writes(const struct user_regs_struct *registers)
{
    const unsigned long long number = registers->orig_rax;
    return registers->rdi != STDERR_FILENO &&
           (number == SYS_write || number == SYS_pwrite64 || number == SYS_writev);
}

/* Makes the call fail. A file is closed whatever close() returns, so that call is made first. */
static void refuse(pid_t task, struct user_regs_struct *registers, int error)
{
    if (registers->orig_rax == SYS_close) {
        int status;
        ptrace(PTRACE_SYSCALL, task, NULL, NULL);
        if (waitpid(task, &status, __WALL) != task || !WIFSTOPPED(status))
            stop("the process ended in close");
        ptrace(PTRACE_GETREGS, task, NULL, registers);
    } else {
        registers->orig_rax = (unsigned long long)-1;
    }
    registers->rax = (unsigned long long)-error;
    ptrace(PTRACE_SETREGS, task, NULL, registers);
}

static void meet(run *r, pid_t task)
{
    struct user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, task, NULL, &registers) != 0)
        return;
    if (r->loader == 0)
        find_loader(r);
    if (registers.rip >= r->loader && registers.rip < r->loader_end)
        return;
    const long number = (long)registers.orig_rax;
    const struct call *call = calls;
    while (call < calls + CALLS - 1 && call->number != number)
        call++;
    char name[LONGEST_NAME], file[LONGEST_FILE];
    describe(r, call, &registers, name, file);
    const bool counts = strcmp(name, r->name) == 0 && strcmp(file, r->file) == 0;
    r->seen += counts;
    if (r->action == COUNT) {
        fprintf(r->report, "%s %s\n", name, file);
    } else if (r->action == FULL && r->seen >= r->at && writes(&registers)) {
        refuse(task, &registers, ENOSPC);
    } else if (!counts || r->seen != r->at) {
        return;
    } else if (r->action == KILL) {
        kill(r->child, SIGKILL);
    } else if (r->action == FAIL) {
        refuse(task, &registers, r->error);
    } else if (r->action == SHORT && registers.rdx > 1) {
        registers.rdx /= 2;
        ptrace(PTRACE_SETREGS, task, NULL, &registers);
    }
}

/* --- the run -----------------------------------------------------------------------------------*/

/* Returns whether a task is a thread of the command, and not a process that it started. */
static bool belongs(const run *r, pid_t task)
{
    char name[64];
    snprintf(name, sizeof name, "/proc/%ld/task/%ld", (long)r->child, (long)task);
    return task == r->child || access(name, F_OK) == 0;
}

static int follow(run *r)
{
    for (;;) {
        int status, signal_number = 0;
        const pid_t task = waitpid(-1, &status, __WALL);
        if (task < 0)
            return 125;
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            if (task == r->child)
                return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            continue;
        }
        const int event = status >> 16;
        if (event == PTRACE_EVENT_EXEC && task == r->child)
            r->started = true;
        else if (event == PTRACE_EVENT_SECCOMP && r->started && belongs(r, task))
            meet(r, task);
        else if (event == 0 && WSTOPSIG(status) != SIGSTOP)
            signal_number = WSTOPSIG(status);
        ptrace(PTRACE_CONT, task, NULL, (void *)(intptr_t)signal_number);
    }
}

static void understand(run *r, const char *name)
{
    static const char *const names[] = {
        [COUNT] = "count", [SHORT] = "short", [FULL] = "full", [KILL] = "kill"};
    for (action a = COUNT; a <= KILL; a++)
        if (names[a] != NULL && strcmp(names[a], name) == 0) {
            r->action = a;
            return;
        }
    for (size_t i = 0; i < ERRORS; i++)
        if (strcmp(errors[i].name, name) == 0) {
            r->action = FAIL;
            r->error = errors[i].value;
            return;
        }
    errno = EINVAL;
    stop(name);
}

int main(int argc, char **argv)
{
    if (argc < 7) {
        fprintf(stderr, "usage: inject REPORT ACTION NAME FILE AT COMMAND ARGUMENTS...\n");
        return 125;
    }
    run r = {.name = argv[3], .file = argv[4], .at = atol(argv[5])};
    understand(&r, argv[2]);
    if (r.action == COUNT && (r.report = fopen(argv[1], "we")) == NULL)
        stop(argv[1]);
    r.child = begin(argv + 6);
    int status;
    if (waitpid(r.child, &status, __WALL) != r.child || !WIFSTOPPED(status))
        return WIFEXITED(status) ? WEXITSTATUS(status) : 125;
    if (ptrace(PTRACE_SETOPTIONS, r.child, NULL,
               (void *)(PTRACE_O_EXITKILL | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEEXEC |
                        PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK)) != 0)
        stop("no ptrace here");
    ptrace(PTRACE_CONT, r.child, NULL, NULL);
    const int code = follow(&r);
    if (r.report != NULL)
        fclose(r.report);
    return code;
}

#else

int main(void)
{
    fprintf(stderr, "inject: only for Linux on x86-64\n");
    return 77;
}

#endif
