import asyncio
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from server.accounts import STATE_FOLDER, Account
from server.embedded import EmbeddedPostgres, EmbeddedPostgresError, embedded_postgres
from server.postgres_binaries import find_binaries, readable_copy, system_binaries, wheel_binaries

ROOT = Path(__file__).parents[2]
HOLD = """
import sys, time
from pathlib import Path
from server.embedded import EmbeddedPostgres
server = EmbeddedPostgres.start(Path(sys.argv[1]), lambda line: None)
print(server.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def start(open_folder):
    """Start servers on one data directory; whatever still runs at the end is stopped."""
    servers = []

    def begin(data_dir=open_folder / "data", *, binaries=None, report=print):
        server = EmbeddedPostgres.start(data_dir, report, binaries)
        servers.append(server)
        return server

    yield begin
    for server in servers:
        server.stop()


async def ask(url, *statements):
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            for statement in statements:
                result = await connection.execute(text(statement))
            return result.scalar() if result.returns_rows else None
    finally:
        await engine.dispose()


def is_alive(pid):
    """Whether a process runs; one that ended and awaits its parent does not."""
    status = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return status.stdout.strip()[:1] not in {"", "Z"}


def hold_in_another_process(data_dir):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(data_dir)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    with holder.stdout as output:
        return holder, int(output.readline())


def every_source():
    return [
        pytest.param(binaries, id=f"{binaries.origin}-{binaries.major}")
        for binaries in {found.folder: found for found in find_binaries()}.values()
    ]


@pytest.mark.parametrize("binaries", every_source())
async def test_every_source_of_binaries_serves(start, binaries):
    server = start(binaries=[binaries])

    version = await ask(server.url, "show server_version_num")

    assert int(version) // 10000 == binaries.major


async def test_data_survives_a_stop(start):
    first = start()
    await ask(first.url, "create table kept (n int)", "insert into kept values (7)")
    first.stop()

    second = start()

    assert await ask(second.url, "select n from kept") == 7


def test_a_stopped_server_is_not_brought_up_again(start):
    server = start()
    server.stop()

    server.bring_up(print)

    assert server.pid is None


def test_stop_leaves_no_process_and_may_be_repeated(start):
    server = start()
    pid = server.pid

    server.stop()
    server.stop()

    assert server.pid is None
    assert not is_alive(pid)


async def test_only_the_socket_listens_and_only_for_its_owner(start):
    server = start()

    assert await ask(server.url, "show listen_addresses") == ""
    assert await ask(server.url, "show unix_socket_permissions") == "0700"


async def test_next_start_takes_over_after_the_parent_was_killed(start, open_folder):
    data_dir = open_folder / "data"
    holder, server_pid = hold_in_another_process(data_dir)
    holder.kill()
    holder.wait()
    assert is_alive(server_pid)
    said = []

    server = start(data_dir, report=said.append)

    assert server.pid == server_pid
    assert any("Taking over" in line for line in said)
    assert await ask(server.url, "select 1") == 1
    server.stop()
    assert not is_alive(server_pid)


async def test_a_killed_server_starts_again_with_its_data(start, open_folder):
    first = start()
    await ask(first.url, "create table kept (n int)", "insert into kept values (7)")
    os.kill(first.pid, signal.SIGKILL)
    first.stop()

    second = start()

    assert await ask(second.url, "select n from kept") == 7


async def test_everything_killed_at_once_starts_again_with_its_data(start, open_folder):
    data_dir = open_folder / "data"
    holder, server_pid = hold_in_another_process(data_dir)
    holder.kill()
    os.kill(server_pid, signal.SIGKILL)
    holder.wait()

    server = start(data_dir)

    assert server.pid != server_pid
    assert await ask(server.url, "select 1") == 1


async def test_a_number_passed_on_to_another_process_is_no_running_server(start, open_folder):
    data_dir = open_folder / "data"
    first = start(data_dir)
    first.stop()
    (data_dir / "postgres" / "cluster" / "postmaster.pid").write_text(f"{os.getpid()}\n")

    second = start(data_dir)

    assert await ask(second.url, "select 1") == 1


async def test_second_demo_on_one_data_directory_learns_who_holds_it(start, open_folder):
    data_dir = open_folder / "data"
    holder, _ = hold_in_another_process(data_dir)

    with pytest.raises(EmbeddedPostgresError, match=f"in use by process {holder.pid}"):
        start(data_dir)

    holder.kill()
    holder.wait()
    start(data_dir).stop()


def test_a_database_of_another_version_names_the_way_out(start, open_folder):
    data_dir = open_folder / "data"
    start(data_dir).stop()
    (data_dir / "postgres" / "cluster" / "PG_VERSION").write_text("99\n")

    with pytest.raises(EmbeddedPostgresError, match=r"postgresql-99.*another --data-dir"):
        start(data_dir)


def test_the_version_that_made_a_database_is_preferred(start):
    oldest = min(find_binaries(), key=lambda found: found.major)
    start(binaries=[oldest]).stop()
    newest_first = sorted(find_binaries(), key=lambda found: -found.major)

    server = start(binaries=newest_first)

    assert server.binaries.major == oldest.major


def test_no_binaries_at_all_names_the_package(start):
    with pytest.raises(EmbeddedPostgresError, match="apt-get install -y postgresql"):
        start(binaries=[])


def test_a_data_directory_that_cannot_be_made_is_a_clear_error(start, open_folder):
    (open_folder / "file").write_text("")

    with pytest.raises(EmbeddedPostgresError, match="choose another with --data-dir"):
        start(open_folder / "file" / "data")


async def test_a_long_path_gets_a_short_socket(start, open_folder):
    server = start(open_folder / ("long" * 30))
    folder = make_url(server.url).query["host"]

    assert await ask(server.url, "select 1") == 1
    server.stop()
    assert not os.path.exists(folder)  # noqa: ASYNC240, PTH110  # nothing else runs in this loop


async def test_a_path_with_blanks_and_kana_serves(start, open_folder):
    server = start(open_folder / "my 店 'data'")

    assert await ask(server.url, "select 1") == 1


async def test_a_directory_that_the_server_cannot_enter_is_served_through_a_link(
    start, open_folder
):
    data_dir = open_folder / "closed" / "data"
    data_dir.parent.mkdir(mode=0o700)
    server = start(data_dir)
    await ask(server.url, "create table kept (n int)")
    server.stop()

    again = start(data_dir)

    assert await ask(again.url, "select count(*) from kept") == 0
    again.stop()
    home = (data_dir / "postgres").resolve()
    assert home.parent in {data_dir, STATE_FOLDER}
    shutil.rmtree(home)


async def test_an_interrupted_first_start_is_begun_anew(start, open_folder):
    data_dir = open_folder / "data"
    start(data_dir).stop()
    cluster = data_dir / "postgres" / "cluster"
    cluster.rename(cluster.with_name("cluster.new"))

    server = start(data_dir)

    assert await ask(server.url, "select 1") == 1


async def test_the_block_stops_its_server_even_when_it_fails(open_folder):
    async def fail_inside():
        async with embedded_postgres(open_folder / "data", print) as server:
            pids.append(server.pid)
            raise LookupError

    pids = []
    with pytest.raises(LookupError):
        await fail_inside()

    assert not is_alive(pids[0])


async def test_a_start_that_is_cancelled_leaves_no_server(open_folder):
    async def enter():
        async with embedded_postgres(open_folder / "data", reports.append):
            await asyncio.sleep(600)

    reports = []
    task = asyncio.ensure_future(enter())
    await asyncio.sleep(0)  # the start is on its way in its thread
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    server = EmbeddedPostgres.start(open_folder / "data", reports.append)
    server.stop()
    assert not any("Taking over" in line for line in reports)


def test_the_wheel_brings_two_servers_newest_first():
    assert [found.major for found in wheel_binaries()] == [18, 16]


def test_folders_without_a_server_are_passed_over(tmp_path):
    (tmp_path / "17" / "bin").mkdir(parents=True)

    assert system_binaries(tmp_path) == []


def test_a_copy_of_the_wheel_runs_without_the_original(open_folder):
    original = wheel_binaries()[0]

    copy = readable_copy(original, open_folder)

    assert copy.folder.is_relative_to(open_folder)
    nobody = Account(name="me", uid=os.geteuid(), gid=os.getegid(), is_lent=False)
    assert nobody.can_execute(copy.folder / "initdb")
    assert readable_copy(original, open_folder) == copy
