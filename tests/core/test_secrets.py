"""What is taken for a secret, what is not, and what a shown line keeps.

The secrets are put together from pieces, so that no scanner takes this file for a leak.
"""

from __future__ import annotations

import base64
import time

import pytest

from dokaseca_compile.core.secrets import MASK, mask, secret_entry, secret_in_text, secret_key, secret_shape, unescape

UPPER, LOWER, MIXED, HEX = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 4,
    "abcdefghijklmnopqrstuvwxyz" * 4,
    "aB3dE5fG7h" * 20,
    "0a1b2c3d4e" * 20,
)
HANG = 30
"""Seconds of processor time: what is bounded takes far less on any machine, what is not never ends."""
PEM = "-----BEGIN {}-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\n-----END {}-----\n"


def pem(what: str) -> str:
    return PEM.replace("{}", what)


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


SECRETS = (
    ("a private key", pem("PRIVATE" + " KEY")),
    ("a private key", pem("RSA PRIVATE" + " KEY")),
    ("a private key", pem("OPENSSH PRIVATE" + " KEY")),
    ("a private key", pem("PGP PRIVATE" + " KEY BLOCK")),
    ("a private key", "PuTTY-User-" + "Key-File-3: ssh-rsa"),
    *(("a private key in base64", encoded("x" * shift + pem("EC PRIVATE" + " KEY"))) for shift in range(3)),
    (
        "a private key in base64",
        encoded("users:\n- user:\n    client-" + "key-data: " + encoded(pem("PRIVATE" + " KEY"))),
    ),
    ("a client key of a kubeconfig", "user:\n  client-" + "key-data: " + MIXED[:40]),
    *(("a GitHub token", f"gh{letter}_" + MIXED[:36]) for letter in "pousr"),
    ("a GitHub token", "github_" + "pat_" + MIXED[:60]),
    ("a GitLab token", "glpat" + "-" + MIXED[:20]),
    ("a GitLab token", "glrt" + "-" + MIXED[:20]),
    ("an Atlassian token", "ATA" + "TT3xFfGF0" + MIXED[:60]),
    ("an AWS access key", "AK" + "IA" + "IOSFODNN7EXAMPLE"),
    ("an AWS access key", "AS" + "IA" + "IOSFODNN7EXAMPLE"),
    ("an AWS secret key", "aws_secret_access" + "_key = " + MIXED[:40]),
    ("a Google API key", "AI" + "za" + MIXED[:35]),
    ("a Google service account key", '{"type": "service_account", "private_' + 'key_id": "' + HEX[:40] + '"}'),
    ("a Google OAuth secret", "GOC" + "SPX-" + MIXED[:28]),
    ("a Google OAuth secret", "ya29" + "." + MIXED[:60]),
    ("an Azure client secret", "abc8" + "Q~" + MIXED[:34]),
    ("an Azure shared key", "DefaultEndpointsProtocol=https;AccountName=x;Account" + "Key=" + MIXED[:86] + "=="),
    ("an Azure SAS signature", "https://x.blob.core.windows.net/c?sv=2024&s" + "ig=" + MIXED[:43] + "%3D"),
    ("a Slack token", "xo" + "xb-123456789012-" + MIXED[:24]),
    ("a Slack token", "xa" + "pp-1-A012-" + MIXED[:24]),
    ("a Slack webhook", "https://hooks.slack." + "com/services/T000/B000/" + MIXED[:24]),
    ("a Discord webhook", "https://discord.com/api/" + "webhooks/123456/" + MIXED[:60]),
    ("a Telegram token", "123456789" + ":AA" + MIXED[:33]),
    ("a Stripe key", "sk_" + "live_" + MIXED[:24]),
    ("a webhook secret", "wh" + "sec_" + MIXED[:32]),
    ("a Twilio key", "S" + "K" + HEX[:32]),
    ("a SendGrid key", "SG" + "." + MIXED[:22] + "." + MIXED[:43]),
    ("an npm token", "npm" + "_" + MIXED[:36]),
    ("a PyPI token", "pypi" + "-AgEIcHlwaS5vcmc" + MIXED[:60]),
    ("a RubyGems token", "ruby" + "gems_" + HEX[:48]),
    ("a Docker token", "dckr" + "_pat_" + MIXED[:27]),
    ("a Hugging Face token", "h" + "f_" + MIXED[:34]),
    ("a Vault token", "hv" + "s." + MIXED[:90]),
    ("an old Vault token", "s" + "." + MIXED[:24]),
    ("a Terraform Cloud token", MIXED[:14] + ".atlas" + "v1." + MIXED[:60]),
    ("a DigitalOcean token", "dop" + "_v1_" + HEX[:64]),
    ("a Grafana token", "gl" + "sa_" + MIXED[:32] + "_1a2b3c4d"),
    ("a New Relic key", "NR" + "AK-" + UPPER[:27]),
    ("a Databricks token", "da" + "pi" + HEX[:32]),
    ("a Tailscale key", "ts" + "key-auth-" + MIXED[:17]),
    ("a Sentry token", "sn" + "trys_" + MIXED[:40]),
    ("a Pulumi token", "pu" + "l-" + HEX[:40]),
    ("a Shopify token", "shp" + "at_" + HEX[:32]),
    ("an age key", "AGE-SECRET-" + "KEY-1" + UPPER[:58]),
    ("an OpenAI or Anthropic key", "sk" + "-proj-" + MIXED[:48]),
    ("an OpenAI or Anthropic key", "sk" + "-ant-api03-" + MIXED[:90]),
    ("a JSON Web Token", "ey" + "JhbGciOiJSUzI1NiJ9.ey" + "JzdWIiOiJhZG1pbiJ9." + MIXED[:80]),
    ("a bearer token", "Authorization: Bea" + "rer " + MIXED[:40]),
    ("a bearer token", "Authorization: bas" + "ic " + encoded("Admin:hunter2hunter2")),
    ("a URL with a password", "postgres://app:hun" + "ter2@db.example.com:5432/app"),
    ("a URL with a password", "redis://:hun" + "ter2@cache:6379"),
    ("a URL with a password", "https://oauth2:x" + "yz@git.example.com/a.git"),
    ("a password hash", "$2" + "a$10$" + MIXED[:53]),
    ("a password hash", "admin:$ap" + "r1$abcdefgh$" + MIXED[:22]),
    ("a password hash", "$ar" + "gon2id$v=19$m=65536,t=3,p=4$" + MIXED[:22]),
)
LOOK_ALIKES = (
    "sha256:" + HEX[:64],
    "ghcr.io/acme/app@sha256:" + HEX[:64],
    "registry:5000@sha256:" + HEX[:64],
    "123e4567-e89b-12d3-a456-426614174000",
    "arn:aws:iam::111122223333:role/argocd-secret-token",
    "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-password-AbCdEf",
    "1b37a9d1a5b5e1c3a2f0e4d3c2b1a09f8e7d6c5b",
    HEX[:64],
    pem("CERTIFICATE"),
    encoded(pem("CERTIFICATE") * 3),
    pem("PUBLIC KEY"),
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + MIXED[:40] + " admin@example.com",
    "https://a-very-long-host-name-of-some-cluster.gr7.eu-west-1.eks.amazonaws.com",
    "https://charts.jetstack.io",
    "oci://ghcr.io/akuity/kargo-charts",
    "https://host.example.com:8443/path@v1",
    "git@github.com:acme/platform.git",
    "ssh://git@github.com/acme/platform",
    "https://user@example.com/x",
    "postgres://app:${PASSWORD}@db",
    "postgres://{{ .Values.user }}:{{ .Values.password }}@db",
    "postgres://app:$(PASSWORD)@db",
    "{{ .Values.token | b64enc }}",
    "basic understanding-of-kubernetes-operators",
    "bearer of a very-long-lower-case-name-1",
    "sk-kubernetes-cluster-monitoring-1",
    "task-runner-for-production-2-eu",
    "pypi-mirror-for-the-internal-teams-of-acme",
    "s.example.com",
    "metrics.abcdefghijklmnopqrstuvwx",
    "npm_config_registry_of_the_company",
    "payments@example.com",
    "$5 per month, $6 with support for everybody",
    "eyJ is how a token begins",
    "AKIA is how an access key begins",
    "projects/acme/secrets/db-password/versions/latest",
)
KEYS = (
    "password", "adminPassword", "ADMIN_PASSWORD", "admin-password", "mysql.rootPassword", "postgresqlPassword",
    "password2",
    "passwd", "db_pass", "pwd", "passphrase", "token", "backstage_github_token", "bearerToken", "accesstoken",
    "apiKey", "api_key",
    "APIKey", "apikey", "secretAccessKey", "AWS_SECRET_ACCESS_KEY", "privateKey", "clientSecret", "client_secret",
    "oidcClientSecret", "webhookSecret", "cookieSecret", "client-key-data", ".dockerconfigjson",
    "example.com/api-token",
)  # fmt: skip
OTHER_KEYS = (
    "existingSecret", "existingSecretName", "secretName", "imagePullSecrets", "imagePullSecret",
    "passwordSecretRef", "secretKeyRef",
    "passwordKey", "tokenKey", "secretKey", "tokenExpirationSeconds", "passwordFile", "tokenPath", "tokenUrl",
    "secretStore", "tlsSecret",
    "compass", "bypass", "keyboard", "monkey", "key", "tokenizer", "secretsManager", "passwordPolicy",
    "authorization", "", "123",
)  # fmt: skip
NOT_VALUES = (
    "", " ", "${PASSWORD}", "$(PASSWORD)", "$PASSWORD", "{{ .Values.password }}", "vault:secret/data/x#y",
    "ref+awsssm://x/y", "<path:a/b#c>",
    "<your-password>", "env:PASSWORD", "file:/run/x", "/run/secrets/password", "op://vault/item/field",
    "ENC[AES256_GCM,data:x]", "%(ENV)s",
    "****", "true", "False", "disabled", "arn:aws:secretsmanager:eu-west-1:1:secret:x",
    "https://auth.example.com/token",
)  # fmt: skip
TEXTS = (
    "password: hun" + "ter2", "user: x\npassword: 'hun" + "ter2'\n", '{"db": {"password": "hun' + 'ter2"}}',
    "spring.datasource.password=hun" + "ter2",
    "export API_TOKEN=" + MIXED[:20], "--admin-password=hun" + "ter2",
    "https://x.example.com/?token=" + MIXED[:20], "{password: hun" + "ter2, a: b}",
    "Server=db;Password=hun" + "ter2;Timeout=3",
)  # fmt: skip
NOT_TEXTS = (
    "password: ${PASSWORD}", "password: {{ .Values.password }}", "token: see the documentation",
    "TOKEN=$(cat /token)", "if token == other",
    "token = env('TOKEN')", "token := input.token", "secretName: db", "password:\n", "tokenUrl: https://x",
    "token: token", '"password": ""',
)  # fmt: skip
MASKED = (
    ("password: hun" + "ter2", f"password: {MASK}"),
    ("  - adminPassword: 'it''s hun" + "ter2'  # old", f"  - adminPassword: {MASK}  # old"),
    ('{password: "x y", a: b}', f"{{password: {MASK}, a: b}}"),
    ("{password: x y, a: b}", f"{{password: {MASK}, a: b}}"),
    ("a: [{token: abcdef}, {b: c}]", f"a: [{{token: {MASK}}}, {{b: c}}]"),
    ('{"api key": 1, "apiKey":"abc", "c": 2}', f'{{"api key": {MASK}, "apiKey":{MASK}, "c": 2}}'),
    ("password: &pw hun" + "ter2", f"password: &pw {MASK}"),
    ('{password: &pw !!str "x, y", a: b}', f"{{password: &pw !!str {MASK}, a: b}}"),
    ("password: x token: y the-end", f"password: {MASK}"),
    ('password: "a \\" b", c', f"password: {MASK}, c"),
    ('password: "unfinished', f"password: {MASK}"),
    ("password: a, b}c", f"password: {MASK}"),
    ("env: [{name: DB_PASSWORD, value: hun" + "ter2}]", f"env: [{{name: DB_PASSWORD, value: {MASK}}}]"),
    ("args: [--password=hun" + "ter2, --user=x]", f"args: [--password={MASK}, --user=x]"),
    ("url: postgres://app:hun" + "ter2@db", f"url: postgres://{MASK}@db"),
    ("x: gh" + "p_" + MIXED[:36] + " # y", f"x: {MASK} # y"),
    ('x: "\\x67h' + "p_" + MIXED[:36] + '"', f"x: {MASK}"),
    ("secret: " + HEX[:40], f"secret: {MASK}"),
    ("      " + MIXED[:64], MASK),
)
SHOWN = (
    "password: |", "password: >-  # folded", "password: &a |", "password:", "password: ${PASSWORD}", "password: *pw",
    "existingSecret: grafana-admin", "secretStore: {name: vault}", "token: {name: x, key: y}", "version: 3.3.7",
    "image: x@sha256:" + HEX[:64],
    "roleArn: arn:aws:iam::111122223333:role/argocd", "- name: DB_PASSWORD", "", "  # a comment", "a: {b: [1, 2]}",
)  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), SECRETS, ids=range(len(SECRETS)))
def test_shapes(kind: str, text: str) -> None:
    """Recognised alone, inside other text, and behind YAML escapes; no piece of it is shown."""
    assert secret_shape(text) == kind
    assert secret_shape(f"see <{text}> there") == kind
    assert secret_shape(unescape("".join(f"\\x{ord(each):02x}" for each in text))) == kind
    longest = max(text.splitlines(), key=lambda line: bool(secret_shape(line)))
    assert secret_shape(mask(f"key: {longest}, x")) is None
    assert MASK in mask(f"key: {longest}, x")


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_look_alikes(text: str) -> None:
    assert secret_shape(text) is None
    assert not secret_in_text(text)


@pytest.mark.parametrize("key", KEYS)
def test_keys(key: str) -> None:
    assert secret_key(key)
    assert secret_entry(key, "hunter2")


@pytest.mark.parametrize("key", OTHER_KEYS)
def test_other_keys(key: str) -> None:
    assert not secret_key(key)
    assert not secret_entry(key, "some-name")


@pytest.mark.parametrize("value", NOT_VALUES)
def test_references_and_switches(value: str) -> None:
    assert not secret_entry("password", value)


@pytest.mark.parametrize("value", [HEX[:32], encoded("0123456789 a long random text"), "S3cr3t!-pass"])
@pytest.mark.parametrize("key", ["secret", "secretKey", "existingSecret", "signing_key", "credentials"])
def test_under_a_key_that_may_hold_a_name_only_a_name_is_let_through(key: str, value: str) -> None:
    assert secret_entry(key, value)


@pytest.mark.parametrize("text", TEXTS)
def test_texts_with_a_secret(text: str) -> None:
    assert secret_in_text(text)


@pytest.mark.parametrize("text", NOT_TEXTS)
def test_texts_without(text: str) -> None:
    assert not secret_in_text(text)


@pytest.mark.parametrize(("line", "shown"), MASKED)
def test_masked(line: str, shown: str) -> None:
    assert mask(line) == shown


@pytest.mark.parametrize("line", SHOWN)
def test_shown_as_it_is(line: str) -> None:
    assert mask(line) == line


@pytest.mark.parametrize(
    "piece", ["a", "a:", "a: b ", '"', "'", "{", "a=", "eyJ", "://a:", "s.", "-----BEGIN ", "A1", "\\x", "password: "]
)
def test_long_lines_take_no_time(piece: str) -> None:
    """No pattern is quadratic on a megabyte that some pattern almost matches."""
    line = piece * (200_000 // len(piece))
    began = time.process_time()
    mask(line)
    secret_shape(line)
    secret_in_text(line)
    assert time.process_time() - began < HANG
