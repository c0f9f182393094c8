#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Things on a network that say they print: answers to mDNS one-shot queries, WS-Discovery Probes
and SNMP broadcasts on one interface, for tests in a network namespace.

  announcers.py [--interface IF --broadcast ADDRESS [--broadcast-from ADDRESS]
                --mdns NAME=ADDRESS ... --wsd ADDRESS ...] [--watch ADDRESS:PORT ...]
                [--relay ADDRESS:PORT=ADDRESS:PORT ...]

Without --interface nothing is announced. --watch takes datagrams at an address that nobody may send
to and writes one line for each. --relay hands datagrams on to a simulated printer on loopback, and
its answers back ([ADDRESS]:PORT for IPv6). The line `ready` is written when all sockets are open.
Ends by SIGTERM.
"""
import argparse
import re
import select
import socket
import struct
import sys

MDNS = ("224.0.0.251", 5353)
WSD = ("239.255.255.250", 3702)


def name(dotted, instance=None):
    labels = ([instance] if instance else []) + dotted.split(".")
    return b"".join(bytes([len(l.encode())]) + l.encode() for l in labels) + b"\0"


def record(owner, kind, data, flush=True):
    return owner + struct.pack("!HHIH", kind, 0x8001 if flush else 1, 10, len(data)) + data


def mdns_answer(query, instance, address):
    """A legacy unicast answer: our id, the questions again, PTR, SRV and A (RFC 6762 6.7)."""
    ident, _, questions = struct.unpack("!HHH", query[:6])
    service = "_ipp._tcp.local"
    host = "p" + address.replace(".", "-").replace(":", "-") + ".local"
    ipv6 = ":" in address
    raw = socket.inet_pton(socket.AF_INET6 if ipv6 else socket.AF_INET, address)
    records = [
        record(name(service), 12, name(service, instance), flush=False),
        record(name(service, instance), 33, struct.pack("!HHH", 0, 0, 631) + name(host)),
        record(name(service, instance), 16, b"\x07ty=Test"),
        record(name(host), 28 if ipv6 else 1, raw),
    ]
    return struct.pack("!HHHHHH", ident, 0x8400, questions, len(records), 0, 0) + query[12:] + b"".join(records)


def wsd_answer(probe, address):
    message = re.search(rb"MessageID>([^<]+)<", probe)
    if not message or b"PrintDeviceType" not in probe:
        return None
    return (
        '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
        ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
        ' xmlns:p="http://schemas.microsoft.com/windows/2006/08/wdp/print"><s:Header>'
        "<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</a:Action>"
        f"<a:RelatesTo>{message.group(1).decode()}</a:RelatesTo></s:Header><s:Body><d:ProbeMatches>"
        "<d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:"
        f"00000000-0000-4000-8000-{address.replace('.', '').replace(':', ''):0>12}</a:Address></a:EndpointReference>"
        f"<d:Types>p:PrintDeviceType</d:Types><d:XAddrs>http://{address}:5357/</d:XAddrs>"
        "<d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"
    ).encode()


def group_socket(group, interface):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(group)
    index = socket.if_nametoindex(interface)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                 struct.pack("4s4si", socket.inet_aton(group[0]), b"\0" * 4, index))
    return s


def bound(place):
    address, port = place.rsplit(":", 1)
    address = address.strip("[]")
    s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((address, int(port)))
    return s


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--interface")
    parser.add_argument("--broadcast")
    parser.add_argument("--broadcast-from")
    parser.add_argument("--mdns", action="append", default=[])
    parser.add_argument("--wsd", action="append", default=[])
    parser.add_argument("--watch", action="append", default=[])
    parser.add_argument("--relay", action="append", default=[])
    options = parser.parse_args()

    mdns = wsd = snmp = None
    if options.interface:
        mdns = group_socket(MDNS, options.interface)
        wsd = group_socket(WSD, options.interface)
        snmp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        snmp.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        snmp.bind((options.broadcast, 161))
    announcing = [s for s in (mdns, wsd, snmp) if s]
    reply = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if options.broadcast_from:
        reply.bind((options.broadcast_from, 0))
    watched = {bound(place): place for place in options.watch}
    relays = {}  # outer socket: address of the simulated printer
    for pair in options.relay:
        outer, inner = pair.split("=", 1)
        address, port = inner.rsplit(":", 1)
        relays[bound(outer)] = (address, int(port))
    clients = {}  # (outer socket, client): socket towards the printer
    back = {}  # that socket: (outer socket, client)
    print("ready", flush=True)
    while True:
        ready, _, _ = select.select([*announcing, *watched, *relays, *back], [], [])
        for s in ready:
            data, sender = s.recvfrom(65535)
            if s in back:
                outer, client = back[s]
                outer.sendto(data, client)
            elif s in relays:
                if (s, sender) not in clients:
                    inner = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                    clients[(s, sender)] = inner
                    back[inner] = (s, sender)
                clients[(s, sender)].sendto(data, relays[s])
            elif s is mdns:
                print("mdns question", flush=True)
                for entry in options.mdns:
                    instance, address = entry.split("=", 1)
                    mdns.sendto(mdns_answer(data, instance, address), sender)
                mdns.sendto(b"\0" * 5, sender)  # somebody always answers nonsense
            elif s is wsd:
                print("wsd question", flush=True)
                for address in options.wsd:
                    answer = wsd_answer(data, address)
                    if answer:
                        wsd.sendto(answer, sender)
            elif s is snmp:
                print("broadcast question", flush=True)
                # The same message as a response: GetRequest 0xA0 becomes Response 0xA2.
                if options.broadcast_from:
                    reply.sendto(data.replace(b"\xa0", b"\xa2", 1), sender)
            else:
                print("watched", watched[s], "from", sender[0], flush=True)


if __name__ == "__main__":
    sys.exit(main())
