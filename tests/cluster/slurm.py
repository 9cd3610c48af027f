"""A real SLURM on this host: controller, accounting and several nodes, from Debian's packages.

Each node lives in process and host name spaces of its own, so that killing its process is a power
cut: the daemon and all jobs die at once. GPUs are character devices that stand for some. Only
processes that were started here are ended, by their ids.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

PACKAGES = ["slurm-wlm", "munge", "slurmdbd", "slurm-wlm-mysql-plugin", "mariadb-server"]
CONFIGURATION = """
ClusterName=lab
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort=16817
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=localhost
AccountingStorageTRES=gres/gpu
AccountingStoreFlags=job_comment
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=bf_interval=5
SlurmdParameters=config_overrides
GresTypes=gpu
ReturnToService=2
SlurmdTimeout=20
KillWait=5
MinJobAge=300
JobRequeue=0
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
{nodes}
PartitionName=main Nodes=ALL Default=YES LLN=YES MaxTime=INFINITE State=UP
"""
DATABASE = """
AuthType=auth/munge
DbdHost=localhost
SlurmUser=root
StorageType=accounting_storage/mysql
StorageHost=localhost
StorageUser=slurm
StoragePass=slurm
StorageLoc=slurm_acct_db
PidFile={folder}/slurmdbd.pid
LogFile={folder}/slurmdbd.log
"""
GRANT = (
    "CREATE DATABASE IF NOT EXISTS slurm_acct_db; CREATE USER IF NOT EXISTS slurm@localhost "
    "IDENTIFIED BY 'slurm'; GRANT ALL ON slurm_acct_db.* TO slurm@localhost"
)
SOCKET = "/run/mysqld/mysqld.sock"


def why_not() -> str:
    """Say why there can be no SLURM here; empty where there can."""
    if os.geteuid():
        return "SLURM is started as root"
    if not shutil.which("apt-get") and not shutil.which("slurmctld"):
        return "SLURM comes from Debian's packages"
    return ""


def shell(*command: str, check: bool = True) -> str:
    """Run a command, and give what it prints."""
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if check and run.returncode:
        raise RuntimeError(f"{' '.join(command)}: {run.stdout}{run.stderr}")
    return run.stdout


def wait_for(what: Callable[[], object], seconds: float = 60) -> object:
    """Ask until there is an answer."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := what():
            return answer
        time.sleep(0.3)
    raise TimeoutError(f"{what} had no answer in {seconds} s")


@dataclass
class Slurm:
    """A cluster of nodes `node1`, `node2`, ...

    Attributes:
        folder: for state, logs and devices.
        gpus: number of GPUs of each node.
        processes: what was started here, by name.
    """

    folder: Path
    gpus: list[int]
    processes: dict[str, subprocess.Popen] = field(default_factory=dict)

    def start(self) -> None:
        """Install what is missing, and start everything."""
        if not all(map(shutil.which, ("slurmctld", "slurmdbd", "munged", "mariadbd"))):
            self._install()
        for name in ("state", "spool", "dev"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self._munge()
        self._configure()
        self._accounting()
        self._spawn("slurmctld", "slurmctld", "-D")
        for number in range(len(self.gpus)):
            self.boot(number + 1)

    def _install(self) -> None:
        policy = Path("/usr/sbin/policy-rc.d")  # keeps packages from starting daemons themselves
        own = not policy.exists()
        if own:
            policy.write_text("#!/bin/sh\nexit 101\n")
            policy.chmod(0o755)
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        try:
            shell("apt-get", "update", "-qq")
            shell("apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES)
        finally:
            if own:
                policy.unlink()

    def _munge(self) -> None:
        shell("install", "-d", "-o", "munge", "-g", "munge", "-m", "0755", "/run/munge")
        key = Path("/etc/munge/munge.key")
        if not key.exists() or not key.stat().st_size:
            key.write_bytes(os.urandom(1024))
            key.chmod(0o600)
            shell("chown", "munge:munge", str(key))
        if subprocess.run("munge -n | unmunge", shell=True, capture_output=True).returncode:
            self._spawn("munged", "runuser", "-u", "munge", "--", "/usr/sbin/munged", "-F")

    def _configure(self) -> None:
        host = socket.gethostname().split(".")[0]
        names = [f"node{number + 1}" for number in range(len(self.gpus))]
        known = Path("/etc/hosts").read_text()
        with Path("/etc/hosts").open("a") as hosts:
            hosts.writelines(f"127.0.0.1 {n}\n" for n in (host, *names) if f" {n}\n" not in known)
        lines, devices = [], []
        for number, (name, gpus) in enumerate(zip(names, self.gpus, strict=True)):
            (self.folder / "spool" / name).mkdir(exist_ok=True)
            gres = f" Gres=gpu:{gpus}" if gpus else ""
            lines.append(
                f"NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={17001 + number} "
                f"CPUs=2 RealMemory=16000{gres} State=UNKNOWN"
            )
            for gpu in range(gpus):
                device = self.folder / "dev" / f"{name}gpu{gpu}"
                if not device.exists():  # a character device each: clones of /dev/null
                    os.mknod(device, 0o20666, os.makedev(1, 3))
                devices.append(f"NodeName={name} Name=gpu File={device}")
        place = {"host": host, "folder": self.folder}
        etc = Path("/etc/slurm")
        etc.mkdir(exist_ok=True)
        text = CONFIGURATION.format(**place, nodes="\n".join(lines))
        (etc / "slurm.conf").write_text(text)
        (etc / "gres.conf").write_text("\n".join(devices) + "\n")
        (etc / "slurmdbd.conf").write_text(DATABASE.format(**place))
        (etc / "slurmdbd.conf").chmod(0o600)

    def _accounting(self) -> None:
        data = self.folder / "db"
        shell("install", "-d", "-o", "mysql", "-g", "mysql", "/run/mysqld", str(data))
        options = ["--no-defaults", "--user=mysql", f"--datadir={data}"]
        if not (data / "mysql").exists():
            shell("mariadb-install-db", *options, "--skip-test-db")
        self._spawn("mariadbd", "mariadbd", *options, f"--socket={SOCKET}", "--skip-networking",
                    "--innodb-buffer-pool-size=64M")  # fmt: skip
        client = ["mariadb", "--no-defaults", "-S", SOCKET, "-e"]
        wait_for(lambda: subprocess.run([*client, "SELECT 1"], capture_output=True).returncode == 0)
        shell(*client, GRANT)
        self._spawn("slurmdbd", "slurmdbd", "-D")
        wait_for(lambda: subprocess.run(["sacctmgr", "-n", "list", "cluster"],
                                        capture_output=True).returncode == 0)  # fmt: skip
        if not shell("sacctmgr", "-n", "list", "account", "lab").strip():
            shell("sacctmgr", "-iQ", "add", "cluster", "lab", check=False)
            shell("sacctmgr", "-iQ", "add", "account", "lab")
            shell("sacctmgr", "-iQ", "add", "user", "root", "account=lab")

    def _spawn(self, name: str, *command: str) -> None:
        log = (self.folder / f"{name}.out").open("a")
        self.processes[name] = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )

    def boot(self, number: int) -> None:
        """Start a node, and wait until the controller has it."""
        name = f"node{number}"
        inside = f"hostname {name}; slurmd -D -N {name} & wait"
        self._spawn(name, "unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--uts",
                    "sh", "-c", inside)  # fmt: skip
        state = ("sinfo", "-h", "-n", name, "-o", "%t")
        wait_for(lambda: shell(*state, check=False).strip() in {"idle", "mix", "alloc"})

    def cut_power(self, number: int) -> None:
        """Kill a node with all that runs on it."""
        process = self.processes.pop(f"node{number}")
        process.kill()
        process.wait()

    def partition(self, number: int, cut: bool) -> None:
        """Stop a node's daemon from answering, or let it answer again; its jobs go on."""
        (daemon,) = shell("pgrep", "-f", f"slurmd -D -N node{number}$").split()[-1:]
        os.kill(int(daemon), signal.SIGSTOP if cut else signal.SIGCONT)

    def jobs(self, state: str = "RUNNING") -> list[tuple[str, str, str]]:
        """Give id, comment (with the rule's name) and node of the jobs in a state."""
        found = shell("squeue", "-h", "-t", state, "-o", "%i|%k|%N").splitlines()
        return [tuple(line.split("|")) for line in found]

    def finished(self) -> list[dict[str, str]]:
        """Give what accounting says of all jobs."""
        fields = ["JobID", "Comment", "State", "NodeList", "AllocTRES", "Start", "End",
                  "TimelimitRaw", "ReqMem"]  # fmt: skip
        text = shell("sacct", "-X", "-n", "-P", "-S", "now-1days", "-o", ",".join(fields))
        return [dict(zip(fields, line.split("|"), strict=True)) for line in text.splitlines()]

    def stop(self) -> None:
        """End what was started, jobs first."""
        shell("scancel", "-u", "root", check=False)
        for name in sorted(self.processes, key=lambda name: not name.startswith("node")):
            process = self.processes[name]
            process.kill() if name.startswith("node") else process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
