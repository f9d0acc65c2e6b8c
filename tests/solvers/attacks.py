"""Hostile programs: each is the body of `attack()`, which returns something true if it got what it wanted.

The names in braces are filled in by the test: see `test_hostile`. `control` says that the attack succeeds in an ordinary
process, which one test shows, so that its failure in the sandbox means something.
"""

# ruff: noqa: E501 - one hostile program a line reads better than strings cut in pieces
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Attack:
    name: str
    body: str
    control: bool = False
    machine: str | None = None


PRELUDE = """
import array, ctypes, errno, fcntl, gc, os, signal, socket, struct, sys, threading, time
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
SECRET, OUTSIDE, VICTIM, PORT = {secret!r}, {outside!r}, {victim}, {port}
UNIX, ABSTRACT, PACKAGE, TOKEN = {unix!r}, {abstract!r}, {package!r}, {token!r}

def syscall(number, *arguments):
    done = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) if isinstance(a, int) else a for a in arguments])
    if done < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return done or True

def text(path):
    return open(path, 'rb').read(1000)
"""

FILES_READ = [
    Attack("read a file outside", "return text(SECRET)", control=True),
    Attack(
        "read through ctypes", "libc.fopen.restype = ctypes.c_void_p; return libc.fopen(SECRET.encode(), b'r')", True
    ),
    Attack("read by descriptor", "return os.read(os.open(SECRET, os.O_RDONLY), 10)", control=True),
    Attack(
        "read relative to a directory", "d = os.open('/', os.O_PATH); return os.open(SECRET[1:], 0, dir_fd=d)", True
    ),
    Attack("read through a symbolic link", "os.symlink(SECRET, 'link'); return text('link')", control=True),
    Attack("read through a hard link", "os.link(SECRET, 'hard'); return text('hard')"),
    Attack("read by going up", "return text('../' * 20 + SECRET)", control=True),
    Attack("read by copying", "import shutil; return shutil.copyfile(SECRET, 'copy')", control=True),
    Attack("read the users", "return text('/etc/passwd')", control=True),
    Attack("read the passwords", "return text('/etc/shadow')"),
    Attack("list the root", "return os.listdir('/')", control=True),
    Attack("list the homes", "return os.listdir('/home') + os.listdir('/root')"),
    Attack("list temporary files", "return os.listdir('/tmp')", control=True),
    Attack("list beside the package", "return os.listdir(os.path.dirname(PACKAGE))", control=True),
    Attack("read own memory map", "return text('/proc/self/maps')", control=True),
    Attack("read own environment block", "return text('/proc/self/environ')"),
    Attack("read the system's state", "return text('/proc/meminfo') or os.listdir('/sys')", control=True),
    Attack("read the machine's id", "return text('/etc/machine-id') or text('/etc/hostname')"),
    Attack("read devices", "return os.open('/dev/mem', os.O_RDONLY) or os.open('/dev/kmsg', os.O_RDONLY)"),
    Attack("read by handle", "return syscall(304, -100, b'x' * 16, 0)", machine="x86_64"),
    Attack(
        "make a handle",
        "return syscall(303, -100, b'/etc/passwd\\0', b'\\x80' + b'\\0' * 200, b'\\0' * 8, 0)",
        machine="x86_64",
    ),
    Attack("run it as Python", "import runpy; return runpy.run_path(SECRET)"),
    Attack(
        "open a database outside",
        "import sqlite3; c = sqlite3.connect(OUTSIDE + '/d'); c.execute('create table t(x)'); return 1",
        True,
    ),
    Attack(
        "walk for files of others",
        "return [f for d, _, fs in os.walk('/') for f in fs if f == os.path.basename(SECRET)]",
    ),
]

FILES_WRITE = [
    Attack("create outside", "return open(OUTSIDE + '/made', 'w')", control=True),
    Attack("append outside", "return open(SECRET, 'a')"),
    Attack("truncate by name", "os.truncate(SECRET, 0); return True"),
    Attack("truncate by opening to read", "return os.open(SECRET, os.O_RDONLY | os.O_TRUNC)"),
    Attack("truncate by an odd mode", "return os.open(SECRET, 3 | os.O_TRUNC)"),
    Attack("remove outside", "os.unlink(SECRET); return True"),
    Attack("rename outside", "os.rename(SECRET, SECRET + '.old'); return True"),
    Attack("move out", "open('x', 'w').close(); os.rename('x', OUTSIDE + '/moved'); return True"),
    Attack("move in", "os.rename(SECRET, 'mine'); return True"),
    Attack("make a directory outside", "os.mkdir(OUTSIDE + '/dir'); return True", control=True),
    Attack("link outside", "os.symlink('/', OUTSIDE + '/link'); return True", control=True),
    Attack("make a pipe file", "os.mkfifo('fifo'); return True", control=True),
    Attack("make a device", "os.mknod('device', 0o666 | 0o020000, os.makedev(1, 1)); return True"),
    Attack("change mode outside", "os.chmod(SECRET, 0o777); return True"),
    Attack("change owner", "os.chown(SECRET, os.getuid(), os.getgid()); return True"),
    Attack("change times", "os.utime(SECRET, (1, 1)); return True"),
    Attack("set an attribute", "os.setxattr(SECRET, 'user.x', b'1'); return True"),
    Attack("change a library", "import pyomo; return open(pyomo.__file__, 'a')"),
    Attack("change this package", "return open(PACKAGE + '/planted.py', 'w')"),
    Attack("write shared memory", "return open('/dev/shm/optwright-planted', 'w')"),
    Attack("write temporary files", "return open('/tmp/optwright-planted', 'w')"),
    Attack("write the terminal", "return open('/dev/tty', 'w') or open('/dev/console', 'w')"),
    Attack("write own controls", "return open('/proc/self/oom_score_adj', 'w').write('-1000')"),
    Attack("change attached data", "return open('costs.csv', 'w')"),
    Attack("append to attached data", "return os.open('costs.csv', os.O_RDWR | os.O_APPEND)"),
    Attack("truncate attached data", "return os.open('costs.csv', os.O_RDONLY | os.O_TRUNC)"),
    Attack("replace attached data at its place", "os.unlink('../data/costs.csv'); return True"),
    Attack("unlock attached data", "os.chmod('../data', 0o777); return True"),
    Attack("leave something above", "return open('../planted', 'w')"),
    Attack("mount", "return syscall(165, b'x\\0', b'.\\0', b'tmpfs\\0', 0, 0)", machine="x86_64"),
    Attack("unmount", "return syscall(166, b'/scratch\\0', 2)", machine="x86_64"),
    Attack("change the root", "os.chroot('.'); return True"),
]

NETWORK = [
    Attack("TCP", "s = socket.create_connection(('127.0.0.1', PORT), 2); return s", control=True),
    Attack("TCP, version 6", "return socket.socket(socket.AF_INET6)"),
    Attack("UDP", "return socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', PORT))", True),
    Attack("listen", "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); return True", control=True),
    Attack("unix socket by path", "s = socket.socket(socket.AF_UNIX); s.connect(UNIX); return True", control=True),
    Attack(
        "abstract unix socket", "s = socket.socket(socket.AF_UNIX); s.connect(chr(0) + ABSTRACT); return True", True
    ),
    Attack("pair of sockets", "return socket.socketpair()", control=True),
    Attack("netlink", "return socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)", control=True),
    Attack("raw packets", "return socket.socket(socket.AF_PACKET, socket.SOCK_RAW)"),
    Attack("machine sockets", "return socket.socket(40, socket.SOCK_STREAM)"),
    Attack("kernel crypto", "return socket.socket(38, socket.SOCK_SEQPACKET)"),
    Attack("name look-up", "return socket.getaddrinfo('example.org', 80)"),
    Attack(
        "fetch a page", "import urllib.request; return urllib.request.urlopen(f'http://127.0.0.1:{PORT}/', timeout=2)"
    ),
    Attack("by the ring", "return syscall(425, 8, ctypes.create_string_buffer(248))"),
]

PROCESSES = [
    Attack("signal by number 0", "os.kill(VICTIM, 0); return True", control=True),
    Attack("terminate", "os.kill(VICTIM, signal.SIGTERM); return True"),
    Attack("signal everyone", "os.kill(-1, 0); return True", control=True),
    Attack("signal the group", "os.kill(0, 0); return True", control=True),
    Attack("signal the keeper", "os.kill(os.getppid() or 2, 0); return True", control=True),
    Attack("signal init", "os.kill(1 if os.getpid() != 1 else 2, 0); return True"),
    Attack("signal a thread", "return syscall(234, VICTIM, VICTIM, 15)", machine="x86_64"),
    Attack("signal a thread, the old way", "return syscall(200, VICTIM, 15)", machine="x86_64"),
    Attack("queue a signal", "return syscall(129, VICTIM, 15, b'\\0' * 128)", machine="x86_64"),
    Attack("signal by descriptor", "return syscall(424, syscall(434, VICTIM, 0), 15, 0, 0)"),
    Attack(
        "signal by input",
        "r, w = os.pipe(); fcntl.fcntl(r, 8, VICTIM); fcntl.fcntl(r, 10, signal.SIGTERM);"
        " fcntl.fcntl(r, fcntl.F_SETFL, 0o20000); os.write(w, b'x'); return True",
        control=False,
    ),
    Attack("trace", "libc.ptrace.restype = ctypes.c_long; return libc.ptrace(16, VICTIM, 0, 0) == 0"),
    Attack("be traced", "return libc.ptrace(0, 0, 0, 0) == 0", control=True),
    Attack("read memory", "return syscall(310, VICTIM, b'\\0' * 16, 1, b'\\0' * 16, 1, 0)", machine="x86_64"),
    Attack("read its command line", "return text(f'/proc/{VICTIM}/cmdline')", control=True),
    Attack("read its environment", "return text(f'/proc/{VICTIM}/environ')"),
    Attack("read the keeper's", "return text(f'/proc/{os.getppid() or 1}/status')", control=True),
    Attack("list processes", "return [p for p in os.listdir('/proc') if p.isdigit()]", control=True),
    Attack("limit another", "import resource; return resource.prlimit(VICTIM, resource.RLIMIT_CPU, (1, 1))"),
    Attack("ask another's limits", "import resource; return resource.prlimit(VICTIM, resource.RLIMIT_CPU)"),
    Attack("bind another", "os.sched_setaffinity(VICTIM, [0]); return True"),
    Attack("ask what another is bound to", "return os.sched_getaffinity(VICTIM)", control=True),
    Attack("slow another", "os.setpriority(os.PRIO_PROCESS, VICTIM, 19); return True"),
    Attack("ask another's session", "return os.getsid(VICTIM) or os.getpgid(VICTIM)", control=True),
    Attack("fork", "return os.fork() or os._exit(0)", control=True),
    Attack("fork the old way", "return syscall(57)", machine="x86_64"),
    Attack("clone a process", "return syscall(56, 17, 0, 0, 0, 0) if os.getpid() else 0", machine="x86_64"),
    Attack("clone by structure", "return syscall(435, b'\\0' * 32 + b'\\x11' + b'\\0' * 55, 88)"),
    Attack("run a command", "return os.system('true') == 0", control=True),
    Attack("run a program", "import subprocess; return subprocess.run(['/bin/true'])", control=True),
    Attack("spawn a program", "return os.posix_spawn('/bin/true', ['true'], {})", control=True),
    Attack("become a program", "os.execv(sys.executable or '/bin/true', ['true'])"),
    Attack(
        "become a program in memory",
        "f = os.memfd_create('x'); os.write(f, text('/bin/true')); os.execve(f, ['x'], {})",
    ),
    Attack(
        "run a pool",
        "import multiprocessing as m; p = m.get_context('fork').Process(target=int); p.start(); return 1",
        True,
    ),
    Attack("leave a daemon", "os.fork() and os._exit(0); os.setsid(); time.sleep(100)"),
]

KERNEL = [
    Attack("memory file", "return os.memfd_create('x')", control=True),
    Attack("keyring", "return syscall(250, 0, -3, 1)", machine="x86_64"),
    Attack("add a key", "return syscall(248, b'user\\0', b'k\\0', b'v', 1, -3)", machine="x86_64"),
    Attack("BPF", "return syscall(321, 0, b'\\0' * 64, 64)", machine="x86_64"),
    Attack("performance counters", "return syscall(298, b'\\0' * 128, 0, -1, -1, 0)", machine="x86_64"),
    Attack("page faults", "return syscall(323, 1)", machine="x86_64"),
    Attack("own namespaces", "return libc.unshare(0x10000000) == 0"),
    Attack("join namespaces", "return syscall(308, 0, 0)", machine="x86_64"),
    Attack("load a module", "return syscall(175, b'', 0, b'')", machine="x86_64"),
    Attack("restart the machine", "return syscall(169, 0, 0, 0, 0)", machine="x86_64"),
    Attack("kernel messages", "return syscall(103, 3, ctypes.create_string_buffer(99), 99)", machine="x86_64"),
    Attack("personality", "return syscall(135, 0x0040000) >= 0", control=True, machine="x86_64"),
    Attack("host name", "socket.sethostname('x'); return True"),
    Attack("clock", "time.clock_settime(time.CLOCK_REALTIME, time.time()); return True"),
    Attack("shared memory segment", "return syscall(29, 0, 4096, 0o1600)", control=True, machine="x86_64"),
    Attack("message queue", "return syscall(240, b'planted\\0', 0o102, 0o600, 0)", machine="x86_64"),
    Attack("ports", "return syscall(172, 3) == 0", machine="x86_64"),
    Attack("watch files", "return libc.inotify_init() >= 0", control=True),
    Attack("become root", "os.setresuid(0, 0, 0); return os.getuid() == 0 and open('/etc/optwright-planted', 'w')"),
    Attack("become another", "os.setuid(1000); return True"),
    Attack("groups", "os.setgroups([0]); return True"),
    Attack("raise own limits", "import resource as r; r.setrlimit(r.RLIMIT_AS, (-1, -1)); return True"),
    Attack("outlive the parent", "return libc.prctl(1, 0, 0, 0, 0) == 0", control=True),
    Attack("show itself", "return libc.prctl(4, 1, 0, 0, 0) == 0", control=True),
    Attack("new session", "os.setsid(); return True"),
    Attack("push keys", "fcntl.ioctl(0, 0x5412, b'x'); return True"),
    Attack("lock memory", "return libc.mlockall(3) == 0"),
    Attack("other numbering", "return syscall(0x40000000 + 41, 2, 1, 0)", machine="x86_64"),
    Attack("another filter", "return syscall(317, 1, 0, b'\\0' * 16)", machine="x86_64"),
    Attack("real time", "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)); return True"),
]

ENVIRONMENT = [
    Attack(
        "environment",
        "return [n for n in os.environ if n not in ('HOME', 'TMPDIR', 'PATH', 'LANG') and 'THREADS' not in n]",
        True,
    ),
    Attack("secret in the environment", "return [v for v in os.environ.values() if TOKEN[::-1] in v]", control=True),
    Attack(
        "environment through C",
        "libc.getenv.restype = ctypes.c_char_p; return libc.getenv(b'OPTWRIGHT_TEST_TOKEN')",
        True,
    ),
    Attack(
        "secret in objects",
        "return [o for o in gc.get_objects() if isinstance(o, dict) and any(isinstance(v, str) and TOKEN[::-1] in v"
        " for v in list(o.values()))]",
    ),
    Attack(
        "secret in frames",
        "f, found = sys._getframe(), []\n    while f:\n        found += [1] * (TOKEN[::-1] in str(f.f_locals)[:10**6])\n        f = f.f_back\n    return found",
    ),
    Attack("inherited descriptors", "return [d for d in range(4, 1024) if not libc.fcntl(d, 1) < 0]"),
    Attack("arguments of the zygote", "return [a for a in sys.orig_argv if 'zygote' in a]"),
    Attack("terminal", "return os.isatty(0) or os.isatty(1) or os.ctermid() and open(os.ctermid())"),
    Attack("standard input", "return os.read(0, 1)"),
    Attack(
        "socket of the product", "return [o for o in gc.get_objects() if isinstance(o, socket.socket) and o.send(b'x')]"
    ),
]

PROMISES = {
    "no file read": FILES_READ,
    "no file written": FILES_WRITE,
    "no network": NETWORK,
    "no other process": PROCESSES,
    "no kernel surface": KERNEL,
    "no environment": ENVIRONMENT,
}


def program(attack: Attack, **names: object) -> str:
    """Return a whole program that reports on its attack; it holds no model, so that it ends after that."""
    body = f"def attack():\n    {attack.body}\n"
    report = (
        "try:\n    got = attack()\nexcept BaseException as problem:\n"
        "    print('STOPPED', type(problem).__name__, problem)\n"
        "else:\n    print('ESCAPED' if got else 'STOPPED', repr(got)[:200])\n"
        "# it defines no model\n"
    )
    return PRELUDE.format(**names) + body + report
