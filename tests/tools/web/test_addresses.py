import ipaddress
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentchat.tools.web.addresses import refusal

LOCAL_4 = [
    "0.0.0.0", "0.0.0.1", "0.255.255.255", "10.0.0.0", "10.0.0.1", "10.255.255.255", "100.64.0.0", "100.64.0.1", "100.100.100.200",
    "100.127.255.255", "127.0.0.0", "127.0.0.1", "127.0.1.1", "127.1.2.3", "127.255.255.255", "168.63.129.16", "169.254.0.0", "169.254.0.1",
    "169.254.169.254", "169.254.170.2", "169.254.255.255", "172.16.0.0", "172.16.0.1", "172.20.10.5", "172.31.255.255", "192.0.0.0",
    "192.0.0.8", "192.0.0.170", "192.0.0.192", "192.0.0.255", "192.0.2.0", "192.0.2.1", "192.0.2.255", "192.88.99.1", "192.168.0.0",
    "192.168.0.1", "192.168.1.254", "192.168.255.255", "198.18.0.0", "198.18.0.1", "198.19.255.255", "198.51.100.0", "198.51.100.7",
    "203.0.113.0", "203.0.113.9", "203.0.113.255", "224.0.0.0", "224.0.0.1", "224.0.0.251", "232.1.2.3", "239.255.255.250",
    "239.255.255.255", "240.0.0.0", "240.0.0.1", "250.1.2.3", "255.255.255.254", "255.255.255.255", "192.31.196.1", "192.52.193.1",
    "192.175.48.6",
]  # fmt: skip

LOCAL_6 = [
    "::", "::1", "::2", "::ffff", "::127.0.0.1", "::10.0.0.1", "::8.8.8.8", "0:0:0:0:0:0:0:1", "0000:0000:0000:0000:0000:0000:0000:0001",
    "::ffff:127.0.0.1", "::ffff:7f00:1", "::FFFF:127.0.0.1", "0:0:0:0:0:ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:a9fe:a9fe",
    "::ffff:169.254.169.254", "::ffff:192.168.1.1", "::ffff:0.0.0.0", "::ffff:100.100.100.200", "::ffff:172.16.5.5", "::ffff:0:127.0.0.1",
    "::ffff:0:7f00:1", "64:ff9b::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b::a9fe:a9fe",
    "64:ff9b::192.168.0.1", "64:ff9b::100.64.0.1", "64:ff9b:1::1", "64:ff9b:1::8.8.8.8", "64:ff9b:1:ffff::a00:1", "100::", "100::1",
    "100:0:0:1::1", "200::1", "400::1", "1fff::1", "2001::", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:1::1", "2001:2::1",
    "2001:10::1", "2001:20::1", "2001:db8::", "2001:db8::1", "2001:db8:ffff::1", "2002::", "2002:7f00:1::", "2002:7f00:1::1",
    "2002:a00:1::", "2002:c0a8:101::1", "2002:a9fe:a9fe::1", "2002:808:808::1", "2620:4f:8000::1", "3fff::1", "4000::1", "5f00::1",
    "8000::1", "fc00::", "fc00::1", "fd00::1", "fd00:ec2::254", "fd12:3456:789a:1::1", "fdff:ffff::1", "fe00::1", "fe80::", "fe80::1",
    "fe80::1%eth0", "fe80::1%1", "febf::1", "fec0::1", "feff::1", "ff00::", "ff01::1", "ff02::1", "ff02::fb", "ff05::2", "ff0e::1",
    "2a00:1450:4001:81b::1%eth0", "2a00::5efe:127.0.0.1", "2a00::5efe:a00:1", "2a00::200:5efe:169.254.169.254",
]  # fmt: skip

NO_ADDRESSES = ["", "localhost", "127.1", "0x7f000001", "017700000001", "2130706433", "127.0.0.1:80", "[::1]", "127.0.0.1 ", "1.2.3.4/8"]

PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "93.184.216.34", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1",
    "168.63.129.15", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.255.255", "192.169.0.0",
    "198.17.255.255", "198.20.0.0", "203.0.112.255", "203.0.114.0", "223.255.255.255", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
    "64:ff9b::101:101", "2001:200::1", "2001:4860:4860::8888", "2003::1", "2606:4700:4700::1111", "2620:fe::fe", "2a00:1450:4001:81b::200e",
    "2a00::5efe:8.8.8.8",
]  # fmt: skip


@pytest.mark.parametrize("address", [*LOCAL_4, *LOCAL_6, *NO_ADDRESSES])
def test_nothing_is_fetched_from_what_is_not_public(address: str) -> None:
    assert refusal(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_the_public_internet_may_be_reached(address: str) -> None:
    assert refusal(address) is None


def test_the_tables_are_long_enough_to_mean_something() -> None:
    assert len({*LOCAL_4, *LOCAL_6, *NO_ADDRESSES}) >= 120


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("127.0.0.1", "this machine"),
        ("::1", "this machine"),
        ("::ffff:192.168.0.1", "a private network"),
        ("169.254.169.254", "the local link, or a cloud's own service"),
        ("fd00::1", "a private network"),
        ("2002:7f00:1::", "a tunnel into other networks"),
        ("ff02::1", "a group of machines"),
        ("127.1", "no network"),
    ],
)
def test_it_is_said_what_an_address_belongs_to(address: str, words: str) -> None:
    assert refusal(address) == words


@pytest.mark.skipif(sys.version_info < (3, 11, 10), reason="older versions have gaps in their table")
@given(number=st.integers(0, 2**32 - 1))
def test_what_python_knows_to_be_private_is_refused(number: int) -> None:
    address = ipaddress.IPv4Address(number)
    if not address.is_global or address.is_multicast:
        assert refusal(str(address))
        assert refusal(f"::ffff:{address}")
        assert refusal(f"64:ff9b::{address}")
