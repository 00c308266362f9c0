"""ROOT SCRIPT VERB ... runs the guard on a server that is the folder ROOT, with the programs of ROOT/bin."""
import importlib.machinery
import importlib.util
import os
import sys

root, script = sys.argv[1:3]
loader = importlib.machinery.SourceFileLoader("role", script)
sys.dont_write_bytecode = True
role = importlib.util.module_from_spec(importlib.util.spec_from_loader("role", loader))
loader.exec_module(role)
for name in ("STATE", "RUN", "MIRRORED", "PARTNER", "KEY", "SETTINGS", "UNITS"):
    setattr(role, name, root + getattr(role, name))
os.environ["PATH"] = f"{root}/bin:/usr/bin:/bin"
os.environ["ROOT"] = root
sys.exit(role.main(sys.argv[3:]))
