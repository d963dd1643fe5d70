#!/bin/sh
cd "$(dirname "$0")" || exit 1
address=http://localhost:8080/
(sleep 2; (command -v open >/dev/null && open "$address") || (command -v xdg-open >/dev/null && xdg-open "$address") || echo "Open $address") &
if command -v node >/dev/null; then exec node serve.mjs site 8080; fi
if command -v python3 >/dev/null; then exec python3 -m http.server -d site 8080; fi
echo "Node (nodejs.org) or Python 3 is needed."
