#!/usr/bin/env bash
# An incident that nothing covers: a technical report that is returned once with remarks, raised again and not approved; the area's head is told;
# the desk closes it.
set -euo pipefail
source "$(dirname "$0")/common.sh"

# The person asks in the system, for herself.
as lquispe@agencia.example
ticket=$(jq -n '{
    request: {
        channel: "web",
        title: "El plóter de planos no enciende",
        description: "Desde ayer no enciende, ni una luz. Lo usamos para los planos de los proyectos.",
        impact: "work_with_difficulty",
        equipment: "PLT-0007"
    }
}' | post /tickets | jq .id)
echo "TI-$ticket was asked for."

# The desk receives it and escalates; level 1 too.
as mcondori@agencia.example
level1=$(first "/people?role=support1")
act "$ticket" <<JSON
{"action": "categorise", "kind": "incident"}
{"action": "escalate", "to": $level1, "handover": "Se probó otro tomacorriente. Falta revisar el equipo."}
JSON
as phuaman@agencia.example
level2=$(first "/people?role=support2")
act "$ticket" <<JSON
{"action": "escalate", "to": $level2, "handover": "La fuente no entrega tensión y no hay repuesto."}
JSON

# Level 2 finds no coverage: the report is kept as a draft first, then raised. What the second step leaves out is taken from the draft.
as kccori@agencia.example
act "$ticket" <<'JSON'
{
    "action": "draft_report",
    "report": {
        "number": "031-OA-TI",
        "background": "El plóter PLT-0007 se compró hace nueve años y no enciende.",
        "analysis": "La fuente de poder está dañada.",
        "conclusions": "Hace falta un servicio externo de reparación."
    }
}
JSON
act "$ticket" <<'JSON'
{
    "action": "submit_technical_report",
    "verification": "La garantía venció hace seis años y no hay contrato de soporte.",
    "report": {"recommendation": "Contratar la reparación.", "estimated_cost_centimos": 480000}
}
JSON

# The head of IT returns it with remarks; its author mends it and raises it again.
as rparedes@agencia.example
act "$ticket" <<<'{"action": "return_report", "remarks": "Compare el costo de la reparación con el de un equipo nuevo."}'
as kccori@agencia.example
act "$ticket" <<'JSON'
{
    "action": "submit_technical_report",
    "verification": "La garantía venció hace seis años y no hay contrato de soporte.",
    "report": {"analysis": "La fuente de poder está dañada. La reparación cuesta S/ 4,800.00 y un equipo nuevo S/ 9,500.00."}
}
JSON

# The head of IT does not approve, and tells the head of the user area: without «to», the nearest head.
as rparedes@agencia.example
act "$ticket" <<'JSON'
{
    "action": "reject_contracting",
    "grounds": "El equipo está al final de su vida útil: se incluirá uno nuevo en el plan del próximo año.",
    "communication": {"text": "No procede reparar el plóter. Mientras tanto, los planos se imprimen en la oficina de al lado.", "means": "email"}
}
JSON

# The desk closes it.
as mcondori@agencia.example
act "$ticket" <<<'{"action": "close"}'
get "/tickets/$ticket" | jq -r '"TI-\(.id) is \(.standing.phase): \(.standing.outcome)"'
get "/tickets/$ticket/events?limit=200" |
    jq -r '.items[] | select(.event == "area_head_told") | "Told: \(.data.name), \(.data.post), by \(.data.means)"'
story "$ticket"
