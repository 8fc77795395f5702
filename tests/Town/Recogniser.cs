using System.Globalization;
using System.Numerics;
using DataHub.Kernel.Identifiers;

namespace DataHub.Town.Tests;

/// <summary>Finds out by itself what is wrong with a row, knowing the rules of the base libraries but not what was put in.</summary>
internal static class Recogniser
{
    private static readonly DateOnly Today = TownFixture.Today;

    private static readonly Dictionary<string, string[]> Required = new()
    {
        ["population_person"] = ["resident_id", "full_name", "gender", "ethnic_group", "birth_date", "nationality", "domicile_division", "domicile_address", "person_status"],
        ["legal_entity"] =
        [
            "uscc", "org_code", "name", "reg_authority", "org_type", "legal_rep_name", "legal_rep_id_type", "legal_rep_id_no", "registered_address", "registered_division",
            "established_on", "reg_status", "is_public", "source_updated_on",
        ],
        ["real_property_right"] =
        [
            "unit_code", "certificate_no", "certificate_type", "case_no", "registration_type", "right_type", "right_nature", "owners", "ownership_mode", "location",
            "division", "registrar_uscc", "registered_at", "issued_on", "mortgaged", "sealed", "disputed", "right_status",
        ],
        ["insurance_participation"] =
        [
            "agency_code", "person_no", "social_security_no", "full_name", "id_type", "id_no", "gender", "ethnic_group", "birth_date", "division", "insurance_type",
            "first_insured_month", "participation_status", "payment_status", "spell_from",
        ],
    };

    private static readonly Dictionary<string, HashSet<string>> Lists = new Dictionary<string, string>
    {
        ["gender"] = "0 1 2 9",
        ["ethnic_group"] = string.Join(' ', Enumerable.Range(1, 56).Select(n => n.ToString("D2", CultureInfo.InvariantCulture))),
        ["marital_status"] = " 10 20 21 22 23 30 40 90",
        ["education"] = " 11 14 21 31 41 61 71 81 90",
        ["household_relation"] = "02 10 20 30 50",
        ["person_status"] = "10 20 30 40 90",
        ["reg_status"] = "1 2 3 4 5 6 9",
        ["legal_rep_id_type"] = "111",
        ["id_type"] = "111",
        ["certificate_type"] = "1 2",
        ["registration_type"] = "100 200 300 400 500 600 700 800 900",
        ["right_type"] = "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 99",
        ["right_nature"] = "101 102 103 104 105 203 204 205",
        ["ownership_mode"] = "0 1 2 3",
        ["building_use"] = " 10 11 111 112 12 13 20",
        ["right_status"] = "0 1 2 3",
        ["insurance_type"] = "110 120 150 210 310 320 330 340 390 392 410 510",
        ["participation_status"] = "0 1 2 4",
        ["payment_status"] = "1 2 3",
    }.ToDictionary(l => l.Key, l => l.Value.Split(' ').ToHashSet(StringComparer.Ordinal));

    /// <summary>The one thing that is wrong; null for a good row. Two things wrong at once are an error of the town.</summary>
    public static TownFaultKind? FaultOf(TownRow row)
    {
        var found = Faults(row).Distinct().ToList();
        Assert.True(found.Count <= 1, $"{row["source_record_id"]}: {string.Join(", ", found)}");
        return found.Count == 0 ? null : found[0];
    }

    private static IEnumerable<TownFaultKind> Faults(TownRow row)
    {
        if (Required[row.Resource].Any(f => row[f].Length == 0))
        {
            yield return TownFaultKind.MissingRequired;
            yield break;
        }

        if (row.Fields.Any(f => Lists.TryGetValue(f.Key, out var list) && !list.Contains(f.Value)))
        {
            yield return TownFaultKind.CodeOutsideList;
        }

        if (row.Fields.Values.Any(v => v.EndsWith("-02-30", StringComparison.Ordinal)))
        {
            yield return TownFaultKind.NoSuchDate;
        }
        else if (row.Fields.TryGetValue("birth_date", out var birth) && !AgreesWithId(row, birth))
        {
            yield return TownFaultKind.BirthDateContradictsId;
        }

        foreach (var fault in Identifiers(row).Select(IdentifierFault).Concat(Names(row).Select(NameFault)).OfType<TownFaultKind>())
        {
            yield return fault;
        }

        if (row.Resource == "real_property_right" && row["ownership_mode"] == "2" && !AddUpToOne(row.Owners.Select(o => o[3])))
        {
            yield return TownFaultKind.SharesDoNotAddUp;
        }
    }

    public static IEnumerable<string> Names(TownRow row) => row.Resource switch
    {
        "legal_entity" => [row["legal_rep_name"]],
        "real_property_right" => row.Owners.Select(o => o[0]),
        _ => [row["full_name"]],
    };

    /// <summary>Numbers of people and organisations with check characters.</summary>
    public static IEnumerable<string> Identifiers(TownRow row) => row.Resource switch
    {
        "population_person" => [row["resident_id"]],
        "legal_entity" => [row["uscc"], row["legal_rep_id_no"]],
        "real_property_right" => row.Owners.Select(o => o[2]),
        _ => [row["social_security_no"], row["id_no"]],
    };

    private static TownFaultKind? IdentifierFault(string id) => id switch
    {
        _ when ResidentId.Check(id, Today).IsValid || Uscc.Check(id).IsValid => null,
        _ when ResidentId15.Check(id, Today).IsValid => TownFaultKind.FifteenDigitId,
        _ when id.Any(c => c is >= '０' and <= '９') => TownFaultKind.FullWidthDigits,
        _ when id.EndsWith('x') => TownFaultKind.LowerCaseX,
        _ when ResidentId.Check(id, Today).Rule == "check" || Uscc.Check(id).Rule == "check" => TownFaultKind.WrongCheckDigit,
        _ => throw new InvalidOperationException("An identifier is wrong in a way nobody asked for."),
    };

    private static TownFaultKind? NameFault(string name) =>
        name.Any(c => c is '•' or '‧' or '・') ? TownFaultKind.NameDotVariant : null;

    private static bool AgreesWithId(TownRow row, string birth)
    {
        var id = Identifiers(row).First();
        var normalized = ResidentId.Normalize(id.Length == 15 ? ResidentId.Upgrade15(id) : id)!;
        return birth.Replace("-", "", StringComparison.Ordinal) == normalized[6..14];
    }

    /// <summary>Exact sum of fractions and decimals.</summary>
    public static bool AddUpToOne(IEnumerable<string> shares)
    {
        var (sum, over) = shares.Select(Fraction).Aggregate(
            (BigInteger.Zero, BigInteger.One), (a, b) => ((a.Item1 * b.Over) + (b.Number * a.Item2), a.Item2 * b.Over));
        return sum == over;
    }

    private static (BigInteger Number, BigInteger Over) Fraction(string share)
    {
        if (share.Split('/') is [var number, var over])
        {
            return (BigInteger.Parse(number, CultureInfo.InvariantCulture), BigInteger.Parse(over, CultureInfo.InvariantCulture));
        }

        return ((BigInteger)(decimal.Parse(share, CultureInfo.InvariantCulture) * 1_000_000m), 1_000_000);
    }
}
