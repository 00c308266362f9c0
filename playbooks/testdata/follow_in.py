"""ROOT SCRIPT VERB ... runs `follow` on a server that is the folder ROOT, with the programs of ROOT/bin."""
import importlib.machinery
import importlib.util
import os
import sys

root, script = sys.argv[1:3]
loader = importlib.machinery.SourceFileLoader("follow", script)
sys.dont_write_bytecode = True
follow = importlib.util.module_from_spec(importlib.util.spec_from_loader("follow", loader))
loader.exec_module(follow)
for name in ("RUN", "DATA", "KEPT", "BENCHES", "ARCHIVED", "PARTNER", "REPLICATION", "FOLLOWING", "SEEDED", "FINISHED", "TOLD", "KEY", "CERTIFICATE", "ROUTES"):
    setattr(follow, name, root + getattr(follow, name))
follow.SPARE = int(os.environ.get("SPARE", 0))
follow.PORT = int(os.environ.get("PORT", follow.PORT))
follow.FILTER = os.path.dirname(script) + "/mirror.filter"
follow.OWNER = "root:root"
os.environ["PATH"] = f"{root}/bin:/usr/bin:/bin"
os.environ["ROOT"] = root
sys.exit(follow.main(sys.argv[3:]))
