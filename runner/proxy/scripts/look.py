# Tells the digests of what Central put on this proxy.
settings = ["/etc/nginx/nginx.conf", "/etc/systemd/system/nginx.service.d/central.conf"]
for pattern in ("/etc/nginx/conf.d/*", "/etc/nginx/sites-enabled/*", CENTRAL + "/pages/*"):
    settings += sorted(glob.glob(pattern))
print(json.dumps({"maps": digests(HOSTS, CERTIFICATES, CERTS), "settings": digests(*settings)}))
