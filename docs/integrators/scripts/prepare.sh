#!/usr/bin/env bash
# An example agency for the other scripts: areas, people of every role, a service and a provider. For an empty server that is there to be tried.
#
#   SETUP_TOKEN=… ./prepare.sh     the first time; the token is what follows «#token=» in the link that the server printed
#   ./prepare.sh                   again, within 24 hours: nothing is made twice, because each request has a key of its own
set -euo pipefail
source "$(dirname "$0")/common.sh"

if [[ -n ${SETUP_TOKEN:-} ]]; then
    jq -n --arg token "$SETUP_TOKEN" --arg password "$PASSWORD" '{
        token: $token, password: $password,
        agency: "Agencia de Promoción de Inversiones (ejemplo)", name: "Silvia Ochoa Tello", email: "admin@agencia.example"
    }' | curl --silent --show-error --fail-with-body --header 'Content-Type: application/json' --data @- "$SERVER/api/v1/setup" >/dev/null
fi
as admin@agencia.example
agency=$(get /me | jq .area.id)

# area NAME ABBREVIATION PARENT: prints its number.
area() {
    jq -n --arg name "$1" --arg abbreviation "$2" --argjson parent "$3" '{name: $name, abbreviation: $abbreviation, parent: $parent}' |
        post /areas "prepare-area-$2" | jq .id
}

# person NAME ADDRESS POST AREA EXTENSION ROLES: prints their number. They may sign in with the example's password.
person() {
    local id
    id=$(jq -n --arg name "$1" --arg email "$2" --arg post "$3" --argjson area "$4" --arg extension "$5" --arg roles "$6" \
        '{name: $name, email: $email, post: $post, area: $area, extension: $extension, roles: ($roles | split(" "))}' |
        post /people "prepare-person-$2" | jq .id)
    jq -n --arg password "$PASSWORD" '{password: $password}' |
        request "/people/$id/password" --request PUT --header 'Content-Type: application/json' --data @- >/dev/null
    echo "$id"
}

administration=$(area "Oficina de Administración" OA "$agency")
technology=$(area "Área de Tecnologías de la Información" OA-TI "$administration")
portfolio=$(area "Dirección de Portafolio de Proyectos" DPP "$agency")

director=$(person "Gonzalo Palomino Arce" gpalomino@agencia.example "Director" "$portfolio" 2100 user)
person "Lucía Quispe Rojas" lquispe@agencia.example "Especialista" "$portfolio" 2105 user >/dev/null
person "Milagros Condori Inga" mcondori@agencia.example "Asistente de la Mesa de Ayuda" "$technology" 2000 "user help_desk" >/dev/null
person "Percy Huamán Cusi" phuaman@agencia.example "Asistente en Soporte Técnico" "$technology" 2011 "user support1" >/dev/null
person "Karina Ccori Zegarra" kccori@agencia.example "Asistente en Soporte Técnico" "$technology" 2012 "user support2" >/dev/null
head=$(person "Ricardo Paredes Bravo" rparedes@agencia.example "Jefe de Tecnologías de la Información" "$technology" 2001 "user it_head")
person "Norma Salazar Lazo" nsalazar@agencia.example "Auditora" "$agency" 2300 "user auditor" >/dev/null

# heads AREA PERSON: a record is written whole, and only if nobody changed it meanwhile (If-Match).
heads() {
    local record
    record=$(get "/areas/$1")
    jq --argjson head "$2" '{name, abbreviation, parent, is_reserved, ended_on} + {head: $head}' <<<"$record" |
        request "/areas/$1" --request PUT --header "If-Match: \"$(jq .version <<<"$record")\"" \
            --header 'Content-Type: application/json' --data @- >/dev/null
}
heads "$portfolio" "$director"
heads "$technology" "$head"

jq -n '{name: "Impresora y multifuncional"}' | post /services prepare-service-printers >/dev/null
jq -n '{name: "Impresiones del Pacífico S.A.C.", ruc: "20990001023", email: "mesa@impresiones-pacifico.example", phone: "(01) 555-0102"}' |
    post /providers prepare-provider-printers >/dev/null

echo "The example agency is ready at $SERVER. Everybody's password: $PASSWORD"
get "/people?limit=200" | jq -r '.items[] | "  \(.email)\t\(.roles | join(", "))"'
