#!/usr/bin/env bash
# A phone call that is registered, attended and closed while it lasts: one request, five events, all or nothing.
set -euo pipefail
source "$(dirname "$0")/common.sh"

as mcondori@agencia.example
# Who calls from extension 2105?
caller=$(first "/people?words=2105")

ticket=$(jq -n --argjson caller "$caller" '{
    request: {
        requester: $caller,
        channel: "phone",
        title: "No puede entrar a su cuenta",
        description: "Escribió mal su contraseña varias veces y la cuenta quedó bloqueada.",
        impact: "cannot_work"
    },
    then: [
        {action: "categorise", kind: "occurrence"},
        {action: "record_action", action_taken: "Se verificó su identidad y se desbloqueó la cuenta. Entró mientras estaba en línea."},
        {action: "close"}
    ]
}' | post /tickets)

jq -r '"TI-\(.id) is \(.standing.phase): \(.standing.outcome)"' <<<"$ticket"
story "$(jq .id <<<"$ticket")"
