"""Starts the benchmark's upstream and what stands before it, on loopback, in a folder that goes
again, and reads what their processes cost. Ends what it started, by process id."""
import contextlib
import os
import pathlib
import resource
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time

SIZES = {"b200": 200, "b4096": 4096}  # server name: bytes of a request and of an answer
DESCRIPTORS = 20_000

# nginx at its best here: its buffers hold a message of 4 KB with its head, which it would read and write
# in two pieces by default, and the memory of freed ones is kept instead of going back to the kernel at
# every other call (a quarter of its CPU time).
NGINX_ENVIRONMENT = {"MALLOC_TRIM_THRESHOLD_": "67108864", "MALLOC_TOP_PAD_": "1048576"}
NGINX = """daemon off; worker_processes {workers}; pid nginx.pid; error_log nginx.log warn;
{user}events {{ worker_connections 4096; }}
http {{
  access_log off;
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
  client_header_buffer_size 8k; client_body_buffer_size 16k; keepalive_timeout 120s; keepalive_requests 10000000;
  upstream mcp {{ server 127.0.0.1:{upstream}; keepalive 64; keepalive_requests 10000000; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://mcp; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_buffering off; proxy_buffer_size 8k; proxy_buffers 8 8k;
    }}
  }}
}}
"""

HAPROXY = """global
  nbthread {workers}
  maxconn 4000
defaults
  mode http
  option http-keep-alive
  http-reuse always
  timeout connect 5s
  timeout client 120s
  timeout server 120s
frontend clients
  bind 127.0.0.1:{port}
  default_backend mcp
backend mcp
  server one 127.0.0.1:{upstream}
"""

# Limits are set out of the way, not off: each call is still counted against each of them.
DOORWARD = """version: 1
state: ./state
listen: {{ address: "127.0.0.1:0" }}
admin: {{ address: "127.0.0.1:0" }}
servers:
{servers}
policy:
  rules:
    - {{ id: bench, effect: allow, principals: [{{ user: local }}], tools: ["b*.echo"], classes: [read] }}
audit: {{ durability: batch }}
limits:
  calls: {{ rate: 1000000/s, burst: 1000000 }}
  concurrency: 1000
  tool_concurrency: 1000
  server_concurrency: 1000
  task_calls: 1000000
  bytes: 1024GiB/h
  sessions: 1000
"""
DOORWARD_SERVER = """  {name}:
    url: http://127.0.0.1:{upstream}/mcp/{name}
    pins: first_use
    tools: {{ echo: {{ classes: [read] }} }}"""


class Failed(Exception):
    """The benchmark can't be run, or its figures would not count."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def line_of(process, seconds):
    """The next line of a process's standard output; fails when it ends or takes too long."""
    until = time.monotonic() + seconds
    while "\n" not in process.said:
        ready, _, _ = select.select([process.stdout], [], [], max(0, until - time.monotonic()))
        piece = os.read(process.stdout.fileno(), 65536) if ready else b""
        if not piece:
            raise Failed(f"{process.args[0]} " + ("ended" if ready else f"said nothing in {seconds} s"))
        process.said += piece.decode(errors="replace")
    line, process.said = process.said.split("\n", 1)
    return line.strip()


def family(pid):
    """The process and all that descend from it."""
    parents = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def cpu(pid):
    """Nanoseconds of CPU (user and system) of the process and its descendants, with their exact
    CPU clocks, and (user, system) seconds from /proc/PID/stat in its coarse ticks."""
    exact, user, system = 0, 0, 0
    for one in family(pid):
        with contextlib.suppress(OSError):
            exact += time.clock_gettime_ns((~one << 3) | 2)  # clock_getcpuclockid(3)
            fields = pathlib.Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
            user += int(fields[11])
            system += int(fields[12])
    tick = os.sysconf("SC_CLK_TCK")
    return exact, user / tick, system / tick


def resident(pid):
    """Resident bytes of one process."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise Failed(f"process {pid} is gone")


def raise_descriptors():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    wanted = DESCRIPTORS + 1000
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(hard, wanted)))
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class Bench:
    """A folder, the upstream and the proxies; a context manager that ends them all."""

    def __init__(self, build, proxy_cpus=(), other_cpus=(), upstream_port=None):
        self.build = pathlib.Path(build).resolve()
        self.proxy_cpus, self.other_cpus = proxy_cpus, other_cpus
        self.upstream_port = upstream_port  # of one that the caller started, or of ours
        self.processes = []
        self.wrapper = []  # what Doorward is started under
        self.peers = {}  # name: (process, port, file with a bearer token or None)

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="doorward-bench-"))
        if self.upstream_port:
            return self
        try:
            upstream = self.start([self.build / "bench/gateway_upstream"], self.other_cpus,
                                  stdin=subprocess.PIPE)
            self.upstream_port = int(line_of(upstream, 10).split()[1])
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, command, cpus, **options):
        def prepare():
            raise_descriptors()
            if cpus:
                os.sched_setaffinity(0, cpus)

        log = open(self.folder / "stderr.log", "ab")
        process = subprocess.Popen([str(part) for part in command], cwd=self.folder, stderr=log, stdout=subprocess.PIPE,
                                   preexec_fn=prepare, **options)
        log.close()
        process.said = ""  # lines that were read but not asked for yet
        self.processes.append(process)
        return process

    def wait_for(self, process, port):
        for _ in range(200):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            if process.poll() is not None:
                break
            time.sleep(0.05)
        raise Failed(f"{process.args[0]} does not listen: {self.errors()}")

    def errors(self):
        return (self.folder / "stderr.log").read_text(errors="replace")[-2000:]

    def start_proxy(self, name, command, config, workers, environment=None):
        port = free_port()
        user = "user root;\n" if os.geteuid() == 0 else ""  # the folder is this user's alone
        (self.folder / f"{name}.conf").write_text(
            config.format(port=port, upstream=self.upstream_port, workers=workers, user=user))
        process = self.start(command, self.proxy_cpus, env={**os.environ, **(environment or {})})
        self.wait_for(process, port)
        self.peers[name] = (process, port, None)

    def start_nginx(self, workers):
        self.start_proxy("nginx", ["/usr/sbin/nginx", "-p", self.folder, "-c", "nginx.conf"], NGINX, workers,
                         NGINX_ENVIRONMENT)

    def start_haproxy(self, workers):
        self.start_proxy("haproxy", ["/usr/sbin/haproxy", "-db", "-f", "haproxy.conf"], HAPROXY, workers)

    def start_doorward(self, patience=30, config=None):
        servers = "\n".join(DOORWARD_SERVER.format(name=name, upstream=self.upstream_port) for name in SIZES)
        (self.folder / "doorward.yaml").write_text(config or DOORWARD.format(servers=servers))
        command = [*self.wrapper, self.build / "bin/doorward", "run", "--config", "doorward.yaml"]
        process = self.start(command, self.proxy_cpus)
        port = None
        try:
            while (line := line_of(process, patience)) != "ready":
                if line.startswith("listening client"):
                    port = int(line.rsplit(":", 1)[1])
        except Failed as failed:
            raise Failed(f"{failed}: {self.errors()}") from None
        self.peers["doorward"] = (process, port, self.folder / "state/local-token")
        return process

    def load(self, name, server, connections, requests):
        """One bounded run of the load: calls, seconds, nanoseconds of CPU and its two parts."""
        process, port, token = self.peers[name]
        command = [self.build / "bench/gateway_load", port, f"/mcp/{server}", connections, requests, SIZES[server]]
        load = self.start(command + ([token] if token else []), self.other_cpus, stdin=subprocess.PIPE)
        try:
            if line_of(load, 60) != "ready":
                raise Failed("the load is not ready")
            before = cpu(process.pid)
            load.stdin.write(b"go\n")
            load.stdin.flush()
            said = line_of(load, 300)
            time.sleep(0.05)  # what is written behind the last answer counts too
            after = cpu(process.pid)
            load.stdin.close()
            load.wait(30)
        except Failed as failed:
            raise Failed(f"{name}, {server}: {failed}: {self.errors()}") from None
        finally:
            if load.poll() is None:
                load.kill()
                load.wait()
            self.processes.remove(load)
        return said, [end - begin for begin, end in zip(before, after)]
