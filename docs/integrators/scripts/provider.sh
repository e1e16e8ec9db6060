#!/usr/bin/env bash
# An incident that goes all the way to a provider: escalated twice, its warranty or support verified, a first visit that does not solve it,
# a second that does, the conformity, the closing.
set -euo pipefail
source "$(dirname "$0")/common.sh"

# The desk registers what was told by phone three days ago, and escalates it to level 1 at once.
as mcondori@agencia.example
caller=$(first "/people?words=2105")
level1=$(first "/people?role=support1")
service=$(first "/services?words=impresora")
three_days_ago=$(jq -nr 'now - 3 * 86400 | todate')
ticket=$(jq -n --argjson caller "$caller" --argjson service "$service" --argjson level1 "$level1" --arg at "$three_days_ago" '{
    request: {
        requester: $caller,
        channel: "phone",
        received_at: $at,
        title: "La multifuncional del piso 5 no imprime",
        description: "Se oye que arrastra papel y se detiene. Somos varios los que imprimimos ahí."
    },
    then: [
        {action: "categorise", kind: "incident", facts: {service: $service, equipment: "MFP-0512", place: "Sede central, piso 5"}},
        {action: "escalate", to: $level1, handover: "Se reinició y se limpió la cola de impresión. Falta revisar el equipo."}
    ]
}' | post /tickets | jq .id)
echo "TI-$ticket was registered and escalated to level 1."

# Level 1 does not solve it either.
as phuaman@agencia.example
level2=$(first "/people?role=support2")
act "$ticket" <<JSON
{"action": "log_task", "text": "Se retiró papel atascado. El rodillo de arrastre está gastado.", "minutes": 40}
{"action": "escalate", "to": $level2, "handover": "Es del equipo, que es alquilado. Falta ver el contrato con el proveedor."}
JSON

# Level 2 verifies what covers it, and coordinates with the provider.
as kccori@agencia.example
provider=$(first "/providers?words=pacifico")
next_year=$(jq -nr 'now + 365 * 86400 | strftime("%Y-%m-%d")')
act "$ticket" <<JSON
{
    "action": "coordinate_provider",
    "coverage": {"kind": "support_contract", "description": "Contrato 014, alquiler con soporte", "until": "$next_year"},
    "provider": $provider,
    "means": "phone",
    "case_number": "AT-20417"
}
JSON

# The provider came two days ago and it still fails: one step, two commands.
two_days_ago=$(jq -nr 'now - 2 * 86400 | todate')
act "$ticket" <<JSON
{"action": "record_service_provided", "served_at": "$two_days_ago", "means": "in_person", "what_was_done": "Se cambió el rodillo de arrastre."}
{"action": "return_to_provider", "reason": "Imprime una página y se vuelve a atascar.", "means": "phone"}
JSON

# The second visit solves it; the conformity comes with the solution.
today_in_lima=$(jq -nr 'now - 5 * 3600 | strftime("%Y-%m-%d")')
an_hour_ago=$(jq -nr 'now - 3600 | todate')
act "$ticket" <<JSON
{"action": "record_service_provided", "served_at": "$an_hour_ago", "means": "in_person", "what_was_done": "Se cambió la unidad fusora."}
{
    "action": "confirm_resolution",
    "cause": "Unidad fusora gastada.",
    "solution": "El proveedor cambió la unidad fusora. Se imprimieron cincuenta páginas de prueba.",
    "conformity": {"given_by": "Lucía Quispe Rojas", "given_on": "$today_in_lima", "reference": "Acta 31"}
}
JSON

# The desk closes it.
as mcondori@agencia.example
act "$ticket" <<<'{"action": "close"}'
get "/tickets/$ticket" | jq -r '"TI-\(.id) is \(.standing.phase): \(.standing.outcome), after \(.it.n_visits) visits"'
story "$ticket"
