"""What the far side is made of: every text is taken by the program that reads it, and comes from the intent."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from generator.inventory.intent import Intent
from generator.inventory.resolve import resolve
from generator.lab.edge import fit
from generator.lab.edge.gateway import SWANCTL_CONF, esp_proposal, ike_proposal
from generator.lab.edge.maintenance import MAINTENANCE_CONF
from generator.lab.edge.printing import BIRD_CONF
from generator.lab.edge.secrets import LabSecrets
from generator.lab.edge.services import NEVER_CHOSEN, services_of
from generator.lab.sites import EdgeSite, GatewaySite, Site
from generator.lab.surroundings import Surroundings
from generator.model.crypto import CryptoPolicy
from generator.pipeline import read_inventory
from generator.platforms.linux_frr.native import check_swanctl

SHIPPED = Path(__file__).parents[4] / "inventories"


def lab_intent(name: str) -> Intent:
    """A shipped inventory with keys of the lab's own."""
    loaded = read_inventory(SHIPPED / name).intent
    assert loaded is not None
    return resolve(loaded.inventory, LabSecrets(seed=b"fittings"))[0]


def sites_of(intent: Intent) -> dict[str, Site]:
    around = Surroundings(intent, frozenset(intent.routers))
    around.build()
    return around.sites


@pytest.mark.skipif(shutil.which("bird", path="/usr/sbin:/usr/bin") is None, reason="not installed: bird2")
@pytest.mark.parametrize("name", ["northlake", "hollins", "fjellmark-linux", "saltmarsh"])
def test_bird_takes_every_config(tmp_path: Path, name: str) -> None:
    sites = sites_of(lab_intent(name))
    for site in list(sites.values())[:60]:
        files = fit(site).files
        conf, maintenance = tmp_path / "bird.conf", tmp_path / "maintenance.conf"
        maintenance.write_text(files.get(MAINTENANCE_CONF, ""))
        conf.write_text(files[BIRD_CONF].replace(MAINTENANCE_CONF, str(maintenance)))
        done = subprocess.run(["/usr/sbin/bird", "-p", "-c", str(conf)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, (site.name, done.stderr)


def test_strongswan_takes_every_gateway(tmp_path: Path) -> None:
    for site in sites_of(lab_intent("fjellmark-linux")).values():
        if isinstance(site, GatewaySite):
            file = tmp_path / site.name / "swanctl.conf"
            file.parent.mkdir()
            file.write_text(fit(site).files[SWANCTL_CONF])
            try:
                assert check_swanctl(file) == ""
            except OSError as error:
                pytest.skip(f"no charon here: {error}")


def test_an_edge_has_microsofts_address_of_each_link() -> None:
    """Our address is the first of the /30, Microsoft's the second (ER-ADDR-03), primary and secondary apart."""
    edges = [one for one in sites_of(lab_intent("fjellmark-linux")).values() if isinstance(one, EdgeSite)]
    texts = [fit(one).files[BIRD_CONF] for one in edges]
    assert ["local 172.19.254.2 as 12076" in text for text in texts] == [True, False]
    assert ["local 172.19.254.6 as 12076" in text for text in texts] == [False, True]
    assert all("neighbor 172.19.254." in text and "as 64610" in text for text in texts)


def test_keys_are_the_labs_own_and_alike_at_both_ends() -> None:
    """The key of a reference is the same wherever it stands, another one for another reference, and never the real one."""
    intent = lab_intent("fjellmark-linux")
    (peering,) = intent.peerings()
    assert peering.password is not None
    key = peering.password.reveal()
    assert key.isalnum()
    assert len(key) <= 25  # ER-BGP-03
    assert key != (SHIPPED / "fjellmark-linux/secrets/private").read_text().strip()
    assert LabSecrets(seed=b"fittings").get("file:secrets/private", ()).reveal() == key
    assert LabSecrets(seed=b"fittings").get("file:secrets/other", ()).reveal() != key
    assert LabSecrets(seed=b"another lab").get("file:secrets/private", ()).reveal() != key
    edge = next(one for one in sites_of(intent).values() if isinstance(one, EdgeSite))
    assert f'password "{key}"' in fit(edge).files[BIRD_CONF]


def test_a_key_that_can_be_had_is_used_and_one_that_cannot_is_not_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So what is pushed to the lab's routers, from the same inventory, fits its edges."""
    monkeypatch.setenv("PEERWRIGHT_TEST_KEY", "ARealKey")
    store = LabSecrets(tmp_path)
    assert store.get("env:PEERWRIGHT_TEST_KEY", ()).reveal() == "ARealKey"
    assert store.get("file:nowhere", ()).reveal() == LabSecrets().get("file:nowhere", ()).reveal()
    assert store.findings == []
    assert LabSecrets().get("env:PEERWRIGHT_TEST_KEY", ()).reveal() != "ARealKey"


def test_there_is_always_a_service_that_nobody_chose() -> None:
    """Else a route filter that lets everything through would look like the right one."""
    charlie = next(one for one in lab_intent("northlake").circuits() if one.name == "charlie-ams")
    found = [one.community for one in services_of(charlie)]
    assert found[:3] == ["12076:5060", "12076:51002", "12076:52002"]
    assert set(NEVER_CHOSEN) < set(found)


@pytest.mark.parametrize(
    ("policy", "ike", "esp"),
    [
        (CryptoPolicy(), "aes256gcm16-prfsha384-ecp384", "aes256gcm16-ecp384"),
        (
            CryptoPolicy("AES256", "SHA256", "DHGroup14", "AES256", "SHA256", "PFS2048"),
            "aes256-sha256-modp2048",
            "aes256-sha256-modp2048",
        ),
        (CryptoPolicy(pfs_group="None"), "aes256gcm16-prfsha384-ecp384", "aes256gcm16"),
    ],
)
def test_azures_words_become_strongswans(policy: CryptoPolicy, ike: str, esp: str) -> None:
    assert (ike_proposal(policy), esp_proposal(policy)) == (ike, esp)
