namespace DataHub.Town;

/// <summary>
/// People and companies with known properties, for verification questions. All people are different, alive and registered, the unknown one apart;
/// no row about them carries a fault.
/// </summary>
/// <param name="PropertyOwner">Holds exactly one right, alone and current.</param>
/// <param name="NonOwner">A resident of age who neither holds nor held a right.</param>
/// <param name="UnknownPerson">A valid number that occurs in no file.</param>
/// <param name="CoOwners">Two people who hold one current right together, 共同共有.</param>
/// <param name="Married">A married person and the spouse.</param>
/// <param name="Insured">Pays employees' pension insurance (110) and has paid for 12 months or more.</param>
/// <param name="NewlyInsured">Pays employees' pension insurance (110) and has paid for fewer than 12 months, whatever the type.</param>
/// <param name="LegalRep">Legal representative of an active company.</param>
/// <param name="SoleTrader">An active self-employed person; the code begins with 92.</param>
/// <param name="MiddleDot">A person whose name contains U+00B7.</param>
/// <param name="Builder">A person of working age for a construction special-operation certificate.</param>
public sealed record TownCases(
    TownPropertyCase PropertyOwner,
    TownPerson NonOwner,
    TownPerson UnknownPerson,
    TownCoOwnersCase CoOwners,
    TownMarriageCase Married,
    TownInsuranceCase Insured,
    TownInsuranceCase NewlyInsured,
    TownCompanyCase LegalRep,
    TownCompanyCase SoleTrader,
    TownPerson MiddleDot,
    TownPerson Builder);

/// <summary>A person as a question names one.</summary>
/// <param name="IdType">Holder code type of GB/T 36903; always 111.</param>
/// <param name="Id">Resident identity number, strict form.</param>
/// <param name="Name">Name as registered.</param>
/// <param name="Gender">GB/T 2261.1: 1 or 2.</param>
/// <param name="BirthDate">Birth date.</param>
public sealed record TownPerson(string IdType, string Id, string Name, string Gender, DateOnly BirthDate);

/// <summary>A right that one person holds.</summary>
/// <param name="Person">Who.</param>
/// <param name="UnitCode">Real-property unit.</param>
/// <param name="CertificateNo">Certificate of the right.</param>
/// <param name="Location">Where it lies.</param>
public sealed record TownPropertyCase(TownPerson Person, string UnitCode, string CertificateNo, string Location);

/// <summary>A right that two people hold together.</summary>
/// <param name="First">One of them.</param>
/// <param name="Second">The other.</param>
/// <param name="UnitCode">Real-property unit.</param>
/// <param name="CertificateNo">Certificate of the right.</param>
public sealed record TownCoOwnersCase(TownPerson First, TownPerson Second, string UnitCode, string CertificateNo);

/// <summary>A marriage.</summary>
/// <param name="Person">Whose question it is.</param>
/// <param name="Spouse">To whom.</param>
/// <param name="MaritalStatus">GB/T 2261.2 of the person: 20 to 23.</param>
public sealed record TownMarriageCase(TownPerson Person, TownPerson Spouse, string MaritalStatus);

/// <summary>A participation.</summary>
/// <param name="Person">Who.</param>
/// <param name="AgencyCode">Agency.</param>
/// <param name="PersonNo">Number of the person at the agency.</param>
/// <param name="InsuranceType">Type 险种.</param>
/// <param name="SpellFrom">First day of the spell.</param>
/// <param name="PaidMonths">Months paid.</param>
public sealed record TownInsuranceCase(
    TownPerson Person, string AgencyCode, string PersonNo, string InsuranceType, DateOnly SpellFrom, int PaidMonths);

/// <summary>A company and the person who represents or runs it.</summary>
/// <param name="Person">Who.</param>
/// <param name="Uscc">Unified social credit code.</param>
/// <param name="CompanyName">Registered name.</param>
public sealed record TownCompanyCase(TownPerson Person, string Uscc, string CompanyName);
