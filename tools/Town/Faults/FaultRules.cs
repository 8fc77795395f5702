using System.Globalization;
using DataHub.Town.Files;
using DataHub.Town.People;

namespace DataHub.Town.Faults;

/// <summary>The ways to spoil a row.</summary>
internal static class FaultRules
{
    private const string MiddleDot = "·";
    private const int ResidentIdLength = 18;

    // U+2022, U+2027, U+30FB: what keyboards and other systems put for U+00B7.
    private static readonly string[] OtherDots = ["\u2022", "\u2027", "\u30FB"];

    public static FaultRule Duplicate { get; } = new(TownFaultKind.DuplicateRow, TownFaultOutcome.Duplicate, _ => true, (_, _) => { });

    public static FaultRule WrongCheckDigit(Cell cell) => Rejected(
        TownFaultKind.WrongCheckDigit,
        row => cell.Get(row).Length == ResidentIdLength,
        (row, _) => cell.Set(row, cell.Get(row)[..^1] + OtherDigit(cell.Get(row)[^1])));

    public static FaultRule MissingRequired(params string[] columns) => Rejected(
        TownFaultKind.MissingRequired, _ => true, (row, number) => row[columns[number % columns.Length]] = "");

    public static FaultRule NoSuchDate(string column) => Rejected(
        TownFaultKind.NoSuchDate, row => row[column].Length > 0, (row, _) => row[column] = $"{row[column][..4]}-02-30");

    public static FaultRule BirthDateContradictsId(string column) => Rejected(
        TownFaultKind.BirthDateContradictsId, _ => true, (row, number) => row[column] = Days.Text(Date(row[column]).AddDays(-1 - (number % 300))));

    public static FaultRule CodeOutsideList(params (string Column, string Code)[] codes) => Rejected(
        TownFaultKind.CodeOutsideList, _ => true, (row, number) => row[codes[number % codes.Length].Column] = codes[number % codes.Length].Code);

    /// <summary>No shares that sum to 1 contain a seventh.</summary>
    public static FaultRule SharesDoNotAddUp(Cell share) => Rejected(
        TownFaultKind.SharesDoNotAddUp, row => share.Get(row).Length > 0, (row, _) => share.Set(row, "1/7"));

    public static FaultRule FullWidthDigits(Cell cell) => Normalised(
        TownFaultKind.FullWidthDigits, row => cell.Get(row).Length == ResidentIdLength, (row, _) => cell.Set(row, FullWidth(cell.Get(row))));

    public static FaultRule LowerCaseX(Cell cell) => Normalised(
        TownFaultKind.LowerCaseX,
        row => cell.Get(row) is { Length: ResidentIdLength } id && id[^1] == 'X',
        (row, _) => cell.Set(row, cell.Get(row)[..^1] + 'x'));

    public static FaultRule FifteenDigitId(Cell cell) => Normalised(
        TownFaultKind.FifteenDigitId, row => cell.Get(row)[6..8] == "19", (row, _) => cell.Set(row, Registrar.LegacyId(cell.Get(row))));

    public static FaultRule NameDotVariant(Cell cell) => new(
        TownFaultKind.NameDotVariant,
        TownFaultOutcome.Accepted,
        row => cell.Get(row).Contains(MiddleDot, StringComparison.Ordinal),
        (row, number) => cell.Set(row, cell.Get(row).Replace(MiddleDot, OtherDots[number % OtherDots.Length], StringComparison.Ordinal)));

    private static FaultRule Rejected(TownFaultKind kind, Func<Row, bool> fits, Action<Row, int> apply) => new(kind, TownFaultOutcome.Rejected, fits, apply);

    private static FaultRule Normalised(TownFaultKind kind, Func<Row, bool> fits, Action<Row, int> apply) => new(kind, TownFaultOutcome.Normalised, fits, apply);

    private static char OtherDigit(char c) => char.IsAsciiDigit(c) ? (char)('0' + ((c - '0' + 1) % 10)) : '0';

    private static string FullWidth(string id) => string.Concat(id.Select(c => char.IsAsciiDigit(c) ? (char)(c - '0' + '０') : c));

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
