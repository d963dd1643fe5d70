@echo off
cd /d "%~dp0"
start "" http://localhost:8080/
where node >nul 2>nul && (node serve.mjs site 8080 & goto :eof)
where py >nul 2>nul && (py -3 -m http.server -d site 8080 & goto :eof)
echo Node (nodejs.org) or Python 3 is needed.
pause
