//! What people of an agency write to their help desk: titles and texts of a vocabulary, with the accents that searching has to see through.

use domain::{Line, Text};
use draw::Draw;

const THINGS: [&str; 40] = [
    "La impresora",
    "La computadora",
    "El monitor",
    "El teclado",
    "El escáner",
    "El teléfono IP",
    "La conexión a Internet",
    "La señal inalámbrica",
    "El correo institucional",
    "La sesión de Windows",
    "La carpeta compartida",
    "El sistema de trámite documentario",
    "El módulo de tesorería",
    "El módulo de logística",
    "El sistema de planillas",
    "La firma digital",
    "El certificado digital",
    "La videoconferencia",
    "La cámara web",
    "El proyector de la sala",
    "La laptop",
    "El disco externo",
    "La red privada virtual",
    "El navegador",
    "La página institucional",
    "El portal de transparencia",
    "La hoja de cálculo",
    "El antivirus",
    "La licencia de ofimática",
    "El lector de huellas",
    "El reloj de asistencia",
    "La fotocopiadora",
    "El servidor de archivos",
    "La base de datos del almacén",
    "El sistema de citas",
    "El buzón compartido",
    "La agenda electrónica",
    "El plotter",
    "El estabilizador",
    "El punto de red",
];

const TROUBLES: [&str; 30] = [
    "no enciende",
    "no responde",
    "no imprime",
    "no abre",
    "tarda demasiado",
    "se apaga de repente",
    "se cuelga al iniciar",
    "muestra un código de error",
    "pide la contraseña cada vez",
    "perdió la configuración",
    "pierde la conexión",
    "no reconoce el usuario",
    "dejó de funcionar después de la actualización",
    "no muestra los años anteriores",
    "no guarda los cambios",
    "no deja adjuntar archivos",
    "hace un ruido extraño",
    "marca papel atascado",
    "quedó sin tóner",
    "no sincroniza el calendario",
    "dice que la sesión caducó",
    "no envía ni recibe mensajes",
    "duplica los registros",
    "no acepta la firma",
    "sale en blanco",
    "no permite el acceso",
    "requiere instalación",
    "requiere más espacio",
    "tiene la pantalla dañada",
    "muestra caracteres extraños en vez de eñes",
];

const PLACES: [&str; 20] = [
    "en el primer piso",
    "en el segundo piso",
    "en el tercer piso",
    "en el sótano",
    "en la mesa de partes",
    "en la sede Miraflores",
    "en la sede San Martín",
    "en la oficina de Logística",
    "en la oficina de Tesorería",
    "en la oficina de Contabilidad",
    "en el almacén",
    "en el auditorio",
    "en la sala de reuniones",
    "en recepción",
    "en el archivo central",
    "desde ayer",
    "desde esta mañana",
    "desde el cambio de clave",
    "otra vez",
    "por segunda vez esta semana",
];

const SENTENCES: [&str; 24] = [
    "Ya reinicié el equipo y sigue igual.",
    "Ocurre cada vez que intento imprimir un informe.",
    "Necesito resolverlo antes del mediodía porque hay una reunión con la dirección.",
    "Mis compañeros de la misma oficina tienen el mismo problema.",
    "El mensaje dice que no se pudo establecer la conexión.",
    "Ayer funcionaba con normalidad.",
    "Se probó con otro cable y con otro punto de red.",
    "Se verificó la configuración y se reinstaló el controlador.",
    "Se revisó el registro de sucesos y se encontró el código 0x80070005.",
    "La persona usuaria confirmó que ahora funciona.",
    "Queda pendiente la revisión del área de redes.",
    "El equipo tiene más de cinco años de antigüedad.",
    "Se coordinó por teléfono y se atendió de manera remota.",
    "Se cambió la contraseña y se cerraron las demás sesiones.",
    "Se liberó espacio en el disco y se limpió la cola de impresión.",
    "El proveedor indicó que vendrá mañana por la tarde.",
    "Se adjuntará la captura de la pantalla cuando vuelva a ocurrir.",
    "No puedo avanzar con el cierre del mes.",
    "El expediente está detenido por este motivo.",
    "Se actualizó el sistema operativo y se reinició dos veces.",
    "La garantía cubre la pieza, según el contrato vigente.",
    "Se tomó nota y se derivó a la persona especialista.",
    "La anexa es la de siempre; llamar después de las tres.",
    "Se agradece la atención.",
];

/// Words that people look for: some in one title of ten, some in one of hundreds, whole, begun, and without their accents.
const SOUGHT: [&str; 16] = [
    "impresora",
    "impresora piso",
    "conexión internet",
    "conexion",
    "correo mensajes",
    "código error",
    "sesion caduc",
    "tóner",
    "módulo tesorería años",
    "firma digital",
    "plotter sotano",
    "señal sede miraflores",
    "escáner mesa de partes",
    "trámite documentario adjuntar",
    "reloj asis",
    "videoconferencia auditorio",
];

/// One line: what is wrong with what, and often where.
pub fn title_text(draw: &mut Draw) -> String {
    let (thing, trouble) = (draw.pick(&THINGS), draw.pick(&TROUBLES));
    if draw.chance(0.7) { format!("{thing} {trouble} {}", draw.pick(&PLACES)) } else { format!("{thing} {trouble}") }
}

/// A few sentences.
pub fn prose_text(draw: &mut Draw, most: usize) -> String {
    let n = 1 + draw.below(most);
    let sentences: Vec<&str> = (0..n).map(|_| *draw.pick(&SENTENCES)).collect();
    sentences.join(" ")
}

pub fn title(draw: &mut Draw) -> Line {
    line(&title_text(draw))
}

pub fn prose(draw: &mut Draw, most: usize) -> Text {
    Text::parse(&prose_text(draw, most)).expect("the vocabulary is plain text")
}

/// A line of our own making.
///
/// # Panics
/// Where the text is none: that is an error here.
pub fn line(text: &str) -> Line {
    Line::parse(text).expect("the vocabulary is plain text")
}

pub fn sought(draw: &mut Draw) -> &'static str {
    draw.pick::<&str>(&SOUGHT)
}

const GIVEN_NAMES: [&str; 32] = [
    "María", "José", "Rosa", "Luis", "Ana", "Carlos", "Carmen", "Juan", "Julia", "Jorge", "Lucía", "Víctor", "Elena", "Miguel", "Sofía",
    "Raúl", "Nélida", "Óscar", "Milagros", "César", "Inés", "Andrés", "Flor", "Iván", "Gladys", "Martín", "Yolanda", "Félix", "Sonia",
    "Ángel", "Beatriz", "Hernán",
];

const SURNAMES: [&str; 40] = [
    "Quispe",
    "Flores",
    "Sánchez",
    "Rodríguez",
    "García",
    "Rojas",
    "Huamán",
    "Mamani",
    "Chávez",
    "Vásquez",
    "Ramos",
    "Díaz",
    "Mendoza",
    "Gutiérrez",
    "Espinoza",
    "Castillo",
    "Cruz",
    "Gonzales",
    "Pérez",
    "Ramírez",
    "Núñez",
    "Condori",
    "Peña",
    "Salazar",
    "Cárdenas",
    "Ríos",
    "Ñaupari",
    "Ayala",
    "Córdova",
    "Medina",
    "Paredes",
    "Zúñiga",
    "Ibáñez",
    "León",
    "Muñoz",
    "Acuña",
    "Velásquez",
    "Yupanqui",
    "Zevallos",
    "Béjar",
];

pub fn person_name(draw: &mut Draw) -> Line {
    line(&format!("{} {} {}", draw.pick(&GIVEN_NAMES), draw.pick(&SURNAMES), draw.pick(&SURNAMES)))
}
