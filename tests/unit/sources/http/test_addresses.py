from __future__ import annotations

from ipaddress import ip_network

import pytest

from ohdio_core.sources.http.addresses import is_public


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "93.184.216.34",
        "192.0.1.0",
        "192.88.98.255",
        "198.17.255.255",
        "223.255.255.255",
        "2606:4700:4700::1111",
        "2001:200::1",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2002:808:808::1",
    ],
)
def test_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
        "100::1",
        "100:0:0:1::1",
        "2001::1",
        "2001:2::1",
        "2001:10::1",
        "2001:db8::1",
        "3fff::1",
        "5f00::1",
        "4000::1",
        "64:ff9b:1::808:808",
    ],
)
def test_everything_behind_our_doors_is_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["192.0.0.0", "192.0.0.8", "192.0.0.9", "192.0.0.10", "192.0.0.170", "192.0.0.255"])
def test_the_block_of_protocol_assignments_is_refused_whole_by_every_version_of_python(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("inner", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.0.0.9", "168.63.129.16"])
@pytest.mark.parametrize("form", ["::ffff:{}", "::{}", "64:ff9b::{}", "64:ff9b:1::{}", "::ffff:0:{}"])
def test_such_an_address_inside_of_another_is_not_either(form: str, inner: str) -> None:
    assert not is_public(form.format(inner))


@pytest.mark.parametrize("inner", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.0.0.9", "168.63.129.16"])
def test_nor_behind_a_6to4_prefix(inner: str) -> None:
    digits = int(ip_network(inner).network_address)
    assert not is_public(f"2002:{digits >> 16:x}:{digits & 0xFFFF:x}::1")
