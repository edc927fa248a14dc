#!/usr/bin/env python3
# A second verifier of certificates. verify.py cert.jws jwks.json [artefact|-] [rows.csv]: exits 0 or 4. Needs python3-cryptography.
import base64, csv, hashlib, json, sys
from datetime import datetime
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

def need(holds, what):
    if not holds: raise ValueError(what)

def b64(text):
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    need(base64.urlsafe_b64encode(raw).rstrip(b"=").decode() == text, "base64 that is not canonical")
    return raw

def proven(token, jwks):
    head, body, signature = token.split(".")
    header = json.loads(b64(head))
    need(header["alg"] == "EdDSA" and header["typ"] == "shikiri.isolation+jws" and "crit" not in header, "header")
    key = next(k for k in jwks["keys"] if k["kid"] == header["kid"])
    thumbprint = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": key["x"]}, separators=(",", ":"))
    need(hashlib.sha256(thumbprint.encode()).digest() == b64(key["kid"]), "thumbprint")
    Ed25519PublicKey.from_public_bytes(b64(key["x"])).verify(b64(signature), f"{head}.{body}".encode())
    claims = json.loads(b64(body))
    at = datetime.fromisoformat(claims["issued_at"]).timestamp()
    need(key["nbf"] <= at + 1 and at <= key.get("exp", at), "the key was not at work then")
    return claims

def agree(c):
    rows, pages = c["rows"], c["pages"]
    need(c["typ"] == "shikiri.isolation/1", "form")
    need(rows["distinct_tenants"] == 1 or rows["count"] == rows["distinct_tenants"] == 0, "more than one biller")
    if pages["rows_per_page"]: need(pages["count"] == max(1, -(-rows["count"] // pages["rows_per_page"])), "pages")
    if "reprint" in c:
        return need(c["reprint"]["last_page"] - c["reprint"]["first_page"] + 1 == pages["count"], "pages of the original")
    need(c["second"]["agree"] is True and (c["second"]["count"], c["second"]["root"]) == (rows["count"], rows["root"]), "second computation")
    need(all(c["policy"]["app_role"][it] is False for it in ("superuser", "bypassrls", "owner")), "role")

def row_digest(r):
    texts = [r["bill_number"], str(int(r["reissue_number"])), r["customer_number"], r["customer_name"], r["due_date"] or None,
             r["revenue_stamp"], str(int(r["amount_yen"]))]
    field = lambda t: b"\xff" * 4 if t is None else len(t.encode()).to_bytes(4, "big") + t.encode()
    return hashlib.sha256(b"".join(map(field, texts))).digest()

def compare_rows(c, path):
    own = sorted(csv.DictReader(open(path, encoding="utf-8-sig", newline="")), key=lambda r: (r["bill_number"], int(r["reissue_number"])))
    digests, n = [row_digest(r) for r in own], c["pages"]["rows_per_page"]
    root = lambda parts: "sha256:" + hashlib.sha256(b"".join(parts)).hexdigest()
    pages = [hashlib.sha256(b"".join(digests[i:i + n])).digest() for i in range(0, max(1, len(digests)), n)]
    need(c["report"] == "slip_list" and len(own) == c["rows"]["count"], "rows: another number")
    need(sum(int(r["amount_yen"]) for r in own) == c["rows"]["amount_sum"] and root(pages) == c["pages"]["root"], "rows: others")
    need("reprint" in c or root(digests) == c["rows"]["root"], "rows: others")

try:
    claims = proven(open(sys.argv[1]).read().rstrip("\r\n"), json.load(open(sys.argv[2])))
    agree(claims)
    content = open(sys.argv[3], "rb").read() if sys.argv[3:] and sys.argv[3] != "-" else None
    need(content is None or (claims["artefact"]["sha256"], claims["artefact"]["bytes"]) == (hashlib.sha256(content).hexdigest(), len(content)), "file")
    if sys.argv[4:]: compare_rows(claims, sys.argv[4])
except Exception as err: sys.exit(print("NOT VERIFIED:", type(err).__name__, err) or 4)
print("VERIFIED", claims["export_id"], "rows", claims["rows"]["count"], "pages", claims["pages"]["count"])
