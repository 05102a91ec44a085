"""IPsec: what is agreed with the other end, and one tunnel on a device.

The words are Azure's (`GCMAES256`, `ECP384`, `PFS2048`): both ends must say the same, Azure's end is
typed in these words, and each platform translates them into its own.
"""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from generator.model.address import Address, Prefix
from generator.model.secret import Secret

IkeEncryption = Literal["GCMAES256", "GCMAES128", "AES256", "AES192", "AES128"]
IkeIntegrity = Literal["SHA384", "SHA256", "SHA1", "MD5"]
DhGroup = Literal["ECP384", "ECP256", "DHGroup24", "DHGroup14", "DHGroup2", "DHGroup1", "None"]
EspEncryption = Literal["GCMAES256", "GCMAES192", "GCMAES128", "AES256", "AES192", "AES128", "DES3", "DES", "None"]
EspIntegrity = Literal["GCMAES256", "GCMAES192", "GCMAES128", "SHA256", "SHA1", "MD5"]
PfsGroup = Literal["ECP384", "ECP256", "PFS24", "PFS2048", "PFS2", "PFS1", "None"]

GROUP_NUMBER: dict[str, int] = {
    "ECP384": 20,
    "ECP256": 19,
    "DHGroup24": 24,
    "DHGroup14": 14,
    "DHGroup2": 2,
    "DHGroup1": 1,
    "PFS24": 24,
    "PFS2048": 14,
    "PFS2": 2,
    "PFS1": 1,
    "None": 0,
}
"""IANA's Diffie-Hellman group behind Azure's names, 0: none (IPS-POL-11)."""


WORDS: dict[str, frozenset[str]] = {
    "ike_encryption": frozenset(get_args(IkeEncryption)),
    "ike_integrity": frozenset(get_args(IkeIntegrity)),
    "dh_group": frozenset(get_args(DhGroup)) - {"None"},
    "ipsec_encryption": frozenset(get_args(EspEncryption)) - {"None"},
    "ipsec_integrity": frozenset(get_args(EspIntegrity)),
    "pfs_group": frozenset(get_args(PfsGroup)),
}
"""What a tunnel can be made of: IKEv2 cannot do without a Diffie-Hellman group, nor encryption without a cipher."""


class CryptoPolicy(msgspec.Struct, frozen=True, gc=False):
    """Everything both ends of a tunnel must agree on, and the lifetimes (IPS-POL-02 to IPS-POL-08).

    ``ike_integrity`` is the PRF where the IKE encryption is GCM.  Values are the words of Azure's
    policy; a reader that meets an algorithm Azure does not have keeps the device's own word.
    """

    ike_encryption: str = "GCMAES256"
    ike_integrity: str = "SHA384"
    dh_group: str = "ECP384"
    ipsec_encryption: str = "GCMAES256"
    ipsec_integrity: str = "GCMAES256"
    pfs_group: str = "ECP384"
    sa_seconds: int = 27000
    """Lifetime of a child SA in seconds."""
    sa_kilobytes: int = 102400000
    """Lifetime of a child SA in kilobytes of 1,024 bytes."""
    ike_seconds: int = 28800
    """Lifetime of the IKE SA in seconds (IPS-PROP-03)."""
    ike_version: int = 2
    mode: Literal["tunnel", "transport"] = "tunnel"
    """ESP mode; anything but tunnel is an error (IPS-TUN-01)."""

    def feasible(self) -> bool:
        """Whether every word is one that a router can be configured with; what is not is a finding (INV-057)."""
        words = all(getattr(self, field) in choices for field, choices in WORDS.items())
        both = "GCM" in self.ipsec_encryption + self.ipsec_integrity
        return words and (not both or self.ipsec_encryption == self.ipsec_integrity)


class Selector(msgspec.Struct, frozen=True, gc=False):
    """One pair of traffic selectors of a policy-based tunnel (IPS-POL-10)."""

    local: Prefix
    remote: Prefix


class Tunnel(msgspec.Struct, frozen=True):
    """One IPsec tunnel, by the name of its interface (VTI, ``st0`` unit, XFRM interface).

    Addresses, MTU and MSS are those of the interface of the same name.
    """

    name: str
    vrf: str
    """The inner VRF: what is in the tunnel (IVRF)."""
    front_vrf: str
    """The outer VRF: where the encrypted packets travel (FVRF, PLT-XE-12)."""
    local: Address
    """Outer source, an address of this device in the front VRF."""
    remote: Address
    """Outer destination: one gateway instance."""
    crypto: CryptoPolicy | None
    """None: the text does not lead from the tunnel to a complete policy (PLT-XE-11)."""
    key: Secret | None = None
    local_identity: str = ""
    remote_identity: str = ""
    """IKE identities as text; peerwright uses the outer addresses."""
    selectors: tuple[Selector, ...] = ()
    """Empty: any to any, route-based (IPS-TUN-02)."""
    dpd_interval: int = 10
    """Seconds between liveness checks, 0: none (IPS-DPD-01)."""
    dpd_retries: int = 3
    """Missed checks until the peer counts as dead."""
    initiate: bool = True
    """This end opens the IKE SA by itself (CONF-04, IPS-NATT-01)."""
