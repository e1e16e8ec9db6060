# What the scripts of this folder share: where the server is, signing in, calling. Each of them reads this file; it does nothing by itself.
# bash, curl (7.76 or newer) and jq are needed.

SERVER=${SERVER:-http://127.0.0.1:8080}
# Of everybody in the example agency that prepare.sh makes. For trying things out only.
PASSWORD=${PASSWORD:-una frase larga de ejemplo}

# as ADDRESS: everything after it is done as this person.
as() {
    local answer
    answer=$(jq -n --arg email "$1" --arg password "$PASSWORD" '{email: $email, password: $password}' |
        curl --silent --show-error --fail-with-body --header 'Content-Type: application/json' --data @- "$SERVER/api/v1/session") ||
        { printf '%s\n' "$answer" >&2; return 1; }
    TOKEN=$(jq -r .access_token <<<"$answer")
}

# request PATH [CURL'S OPTIONS]: prints the answer. A problem goes to standard error and fails.
# What is passing (429, 503, a lost connection) is tried again: a POST carries its key, so it is never done twice.
request() {
    local path=$1 answer
    shift
    answer=$(curl --silent --show-error --fail-with-body --retry 3 --retry-connrefused \
        --header "Authorization: Bearer $TOKEN" --header 'Accept-Language: en' "$@" "$SERVER/api/v1$path") ||
        { printf '%s\n' "$answer" >&2; return 1; }
    printf '%s\n' "$answer"
}

get() {
    request "$1"
}

# post PATH [KEY]: what standard input says. Without a key of its own, one that was never used.
post() {
    request "$1" --header "Idempotency-Key: ${2:-$(date +%s)-$$-$RANDOM$RANDOM}" --header 'Content-Type: application/json' --data @-
}

# act TICKET: the commands of standard input, one JSON object after another, in one request. Says what became of the ticket.
act() {
    jq --slurp '{commands: .}' | post "/tickets/$1/commands" | jq -r '"\(.id): \(.standing.phase)"'
}

# first LIST: the number of the first record that it holds.
first() {
    get "$1" | jq --arg list "$1" '.items[0].id // error("nothing found by \($list): was prepare.sh run?")'
}

# story TICKET: what happened to it, as whoever is signed in may see it.
story() {
    get "/tickets/$1/events?limit=200" | jq -r '.items[] | "  \(.number)\t\(.event)\t\(.by.name // "–")"'
}
