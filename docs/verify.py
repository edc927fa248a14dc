#!/usr/bin/env python3
# A second verifier of certificates. verify.py cert.jws jwks.json [artefact|-] [rows.csv|-] [manifest.json]: exits 0 or 4. Needs python3-cryptography.
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
    claims, at = json.loads(b64(body)), datetime.fromisoformat(json.loads(b64(body))["issued_at"]).timestamp()
    need(key["nbf"] <= at + 1 and at <= key.get("exp", at), "the key was not at work then")
    return claims
def agree(c):
    rows, pages = c["rows"], c["pages"]
    need(c["typ"] == "shikiri.isolation/1", "form")
    need(rows["distinct_tenants"] == 1 or rows["count"] == rows["distinct_tenants"] == 0, "more than one biller")
    if pages["rows_per_page"]: need(pages["count"] == max(1, -(-rows["count"] // pages["rows_per_page"])), "pages")
    if "reprint" in c: return need(c["reprint"]["last_page"] - c["reprint"]["first_page"] + 1 == pages["count"], "pages of the original")
    need(c["second"]["agree"] is True and (c["second"]["count"], c["second"]["root"]) == (rows["count"], rows["root"]), "second computation")
    need(all(c["policy"]["app_role"][it] is False for it in ("superuser", "bypassrls", "owner")), "role")
def row_digest(c, r):
    bill, again, yen, due = r["bill_number"], str(int(r["reissue_number"])), str(int(r["amount_yen"])), r["due_date"] or None
    texts = [bill, again, r["customer_number"], r["customer_name"], due, r["revenue_stamp"], yen]
    if c["report"] == "payment_slip":  # what stands on a slip besides, its bars made anew
        i, tax = c["issuer"], r["consumption_tax_yen"]
        bars = "91" + i["issuer_code"] + c["tenant"] + bill + again + (due or "xx999999").replace("-", "")[2:] + r["revenue_stamp"] + yen.zfill(6)
        check = str(-sum(int(d) * (3 - n % 2 * 2) for n, d in enumerate(bars)) % 10)
        texts += [str(int(tax)) if tax else None, bars + check, i["payee_name"], i["collector_name"], i["slip_purpose"], i["slip_remarks"]]
    field = lambda t: b"\xff" * 4 if t is None else len(t.encode()).to_bytes(4, "big") + t.encode()
    return hashlib.sha256(bytes.fromhex(c["rows"].get("salt", "")) + b"".join(map(field, texts))).digest()
root = lambda parts: "sha256:" + hashlib.sha256(b"".join(parts)).hexdigest()
def compare_rows(c, path):
    own = sorted(csv.DictReader(open(path, encoding="utf-8-sig", newline="")), key=lambda r: (r["bill_number"], int(r["reissue_number"])))
    digests, n = [row_digest(c, r) for r in own], c["pages"]["rows_per_page"]
    pages = [hashlib.sha256(b"".join(digests[i:i + n])).digest() for i in range(0, max(1, len(digests)), n)]
    need(len(own) == c["rows"]["count"] and sum(int(r["amount_yen"]) for r in own) == c["rows"]["amount_sum"], "rows: another number")
    need(root(pages) == c["pages"]["root"] and ("reprint" in c or root(digests) == c["rows"]["root"]), "rows: others")
def compare_manifest(c, m):
    lists, first = [bytes.fromhex(p["row_digests"]) for p in m["pages"]], c.get("reprint", {"first_page": 1})["first_page"]
    need((m["export_id"], [p["page"] for p in m["pages"]]) == (c["export_id"], [*range(first, first + len(lists))]), "manifest")
    need(root(hashlib.sha256(it).digest() for it in lists) == c["pages"]["root"] and ("reprint" in c or root(lists) == c["rows"]["root"]), "manifest")
try:
    claims = proven(open(sys.argv[1]).read().rstrip("\r\n"), json.load(open(sys.argv[2])))
    agree(claims)
    content = open(sys.argv[3], "rb").read() if sys.argv[3:] and sys.argv[3] != "-" else None
    need(content is None or (claims["artefact"]["sha256"], claims["artefact"]["bytes"]) == (hashlib.sha256(content).hexdigest(), len(content)), "file")
    if sys.argv[4:] and sys.argv[4] != "-": compare_rows(claims, sys.argv[4])
    if sys.argv[5:]: compare_manifest(claims, json.load(open(sys.argv[5])))
except Exception as err: sys.exit(print("NOT VERIFIED:", type(err).__name__, err) or 4)
print("VERIFIED", claims["export_id"], "rows", claims["rows"]["count"], "pages", claims["pages"]["count"])
