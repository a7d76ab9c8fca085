"""Who vouches for whom."""

from cryptography import x509

from cloudlab.lab.cluster import certificates


def read(folder, name) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / f"{name}.crt").read_bytes())


def subject(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string()


def test_a_component_is_known_by_its_name_and_an_administrator_by_the_group(laid):
    assert subject(read(laid, "scheduler")) == "CN=system:kube-scheduler"
    assert "O=system:masters" in subject(read(laid, "admin"))


def test_the_authority_vouches_for_them_and_another_for_calls_passed_on(laid):
    authority, passing_on = read(laid, "ca"), read(laid, certificates.FRONT_PROXY)
    for name in (*certificates.CLIENTS, *certificates.SERVERS):
        read(laid, name).verify_directly_issued_by(authority)
    read(laid, certificates.FRONT_PROXY_CLIENT).verify_directly_issued_by(passing_on)


def test_servers_answer_by_the_loopback_address(laid):
    for name in certificates.SERVERS:
        names = read(laid, name).extensions.get_extension_for_class(x509.SubjectAlternativeName)
        assert "127.0.0.1" in [str(one) for one in names.value.get_values_for_type(x509.IPAddress)]


def test_keys_are_this_users_alone(laid):
    assert {file.stat().st_mode & 0o777 for file in laid.iterdir()} == {0o600}


def test_what_is_there_stays(laid):
    before = (laid / "ca.key").read_text()
    certificates.lay(laid)
    assert (laid / "ca.key").read_text() == before


def test_half_made_ones_are_made_again(tmp_path):
    certificates.lay(tmp_path)
    before = (tmp_path / "ca.key").read_text()
    (tmp_path / "complete").unlink()
    certificates.lay(tmp_path)
    assert (tmp_path / "ca.key").read_text() != before
