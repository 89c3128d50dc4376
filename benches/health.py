#!/usr/bin/env python3
"""What `plimsoll monitor health` takes: processor time over wall time, and memory.

usage: health.py PLIMSOLL [SECONDS] [ENDPOINTS] [INTERVAL_SECONDS]

The endpoints are paths of one server on this machine, which answers in plain HTTP, or with OPENSSL set
in TLS with a certificate made for the occasion.
"""

import asyncio
import multiprocessing
import os
import resource
import ssl
import subprocess
import sys
import tempfile

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok"


def serve(port: "multiprocessing.Queue[int]", folder: str, tls: bool) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(ANSWER)
            await writer.drain()
            writer.close()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass

    async def main() -> None:
        context = None
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(f"{folder}/cert.pem", f"{folder}/key.pem")
        server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=4096, ssl=context)
        port.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


def certificate(folder: str) -> None:
    command = [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
        "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem",
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)


def main() -> None:
    program = os.path.abspath(sys.argv[1])
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    endpoints = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
    interval = int(sys.argv[4]) if len(sys.argv) > 4 else 15
    tls = "OPENSSL" in os.environ
    with tempfile.TemporaryDirectory() as folder:
        if tls:
            certificate(folder)
        port: "multiprocessing.Queue[int]" = multiprocessing.Queue()
        server = multiprocessing.Process(target=serve, args=(port, folder, tls), daemon=True)
        server.start()
        address = f"{'https' if tls else 'http'}://127.0.0.1:{port.get()}"
        lines = [f"        e{number}: {address}/{number}\n" for number in range(endpoints)]
        head = f"health:\n  environments:\n    load:\n      interval: {interval}s\n      endpoints:\n"
        with open(f"{folder}/plimsoll.yml", "w", encoding="utf-8") as file:
            file.write(head + "".join(lines))
        environment = {**os.environ, **({"SSL_CERT_FILE": f"{folder}/cert.pem"} if tls else {})}
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        ran = subprocess.run(
            [program, "monitor", "health", "--for", f"{seconds}s", "--config", "plimsoll.yml"],
            cwd=folder, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        with open(f"{folder}/metrics/health_checks.csv", encoding="utf-8") as file:
            probes = sum(1 for _ in file) - 1
        server.terminate()
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(ran.stdout.splitlines()[-1], ran.stderr[:300])
    print(
        f"{endpoints} endpoints every {interval} s{' with TLS' if tls else ''}: {probes} probes, {spent:.2f} s in {seconds} s"
        f" = {100 * spent / seconds:.1f} % of a core, {after.ru_maxrss / 1024:.0f} MB at most"
    )


if __name__ == "__main__":
    main()
